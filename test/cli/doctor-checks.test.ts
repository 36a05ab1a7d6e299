import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { deviceFinding, nodeFinding, runtimeFinding, storeFinding } from '../../src/cli/doctor-checks.ts'

it.each([
  ['20.19.0', true],
  ['20.18.9', false],
  ['22.1.0', true],
  ['18.20.0', false],
])('Node.js %s: %s', (version, ok) => {
  expect(nodeFinding(version)).toMatchObject({ ok, needed: true })
})
it('gives advice where something is missing', () => {
  expect(runtimeFinding('not installed')).toMatchObject({
    ok: false,
    advice: expect.stringContaining('npm ci') as string,
  })
  expect(deviceFinding('cuda', 'no such library')).toMatchObject({ ok: false, needed: false, said: 'no such library' })
  expect(deviceFinding('cpu', 'broken')).toMatchObject({ ok: false, needed: true })
})
it('says whether the store can be made', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-doctor-'))
  expect(storeFinding(folder)).toMatchObject({ ok: true, said: expect.stringContaining('can be made') as string })
})
it('a store that cannot be made is wrong', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'assay-doctor-')), 'file')
  writeFileSync(file, '')
  expect(storeFinding(file)).toMatchObject({ ok: false, advice: expect.stringContaining('--store') as string })
})
