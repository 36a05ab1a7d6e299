import { join } from 'node:path'
import { expect, it } from 'vitest'
import { catalog } from '../../../src/lab/index.ts'
import { runInProcess } from '../../rig/fake-host.ts'

const env = { ASSAY_CATALOG: join(import.meta.dirname, '../../rig/fake-catalog-module.ts') }

it('lists the kinds by role', async () => {
  const { stdout } = await runInProcess(['kinds'], { env })
  expect(stdout).toMatch(/Sources\n {2}model +A model read from a folder\.\n/)
  expect(stdout).toMatch(/Searches\n {2}coarsest/)
})
it('documents one: parameters with bounds and defaults, ports, metrics, an example', async () => {
  const { stdout } = await runInProcess(['kinds', 'text'], { env })
  expect(stdout).toContain('length       a whole number, ≥ 2 (default 20)')
  expect(stdout).toContain('mode         "lines" or "stream" (default "lines")')
  expect(stdout).toContain('path       path | text (needed)')
  expect(stdout).toContain(
    '  my-text:\n    use: text\n    with:\n      path: ./path\n      tokenizer: some-tokenizer\n',
  )
  expect((await runInProcess(['kinds', 'ioi'], { env })).stdout).toMatch(/Metrics[^]*accuracy +proportion/)
})
it('suggests a near kind', async () => {
  expect(await runInProcess(['kinds', 'sgdl'], { env })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('did you mean `sgld`?') as string,
  })
})
it.each(catalog.names())('documents assay’s own %s', async (name) => {
  const { stdout } = await runInProcess(['kinds', name])
  const { inputs, templates, params, outputs, metrics, source } = catalog.get(name)!
  const names = [inputs, templates, params.properties, outputs, metrics].flatMap((part) => Object.keys(part ?? {}))
  expect(names.filter((each) => !stdout.includes(`\n  ${each} `))).toEqual([])
  expect(stdout).toContain(`\nExample\n  my-${name}:\n    use: ${name}\n`)
  expect(stdout).toContain(source === undefined ? '' : `\nSource  ${source}`)
  expect(stdout).not.toMatch(/undefined|\[object/)
})
