import { expect, it } from 'vitest'
import { runInProcess } from '../../rig/fake-host.ts'

it('finds the committed schema fresh', async () => {
  expect(await runInProcess(['schema', '--check'])).toMatchObject({ stdout: 'the schema is fresh\n', stderr: '' })
})
it('prints it', async () => {
  const { stdout } = await runInProcess(['schema'])
  expect(JSON.parse(stdout)).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#' })
})
it('says how to mend a schema that is not fresh', async () => {
  const env = { ASSAY_CATALOG: new URL('../../rig/fake-catalog-module.ts', import.meta.url).pathname }
  expect(await runInProcess(['schema', '--check'], { env })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('assay schema --write') as string,
  })
})
