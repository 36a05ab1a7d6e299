import { mkdtempSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runInProcess } from '../../rig/fake-host.ts'

const env = { ASSAY_CATALOG: join(import.meta.dirname, '../../rig/fake-catalog-module.ts') }
let cwd = ''
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'assay-plan-'))
  mkdirSync(join(cwd, 'model'))
  writeFileSync(
    join(cwd, 'x.yaml'),
    'assay: 1\nname: small\nstages:\n  test: { use: ioi, with: { model: subject } }\n  subject: { use: model, with: { path: ./model } }\n',
  )
})
afterAll(() => {
  rmSync(cwd, { recursive: true })
})

it('lists each stage, what will happen and why, and writes nothing', async () => {
  const { code, stdout } = await runInProcess(['plan', 'x.yaml'], { cwd, env })
  expect(code).toBeUndefined()
  const lines = stdout.split('\n')
  expect(lines[0]).toBe('small')
  expect(lines[1]).toMatch(/^subject +model +will run +\S/)
  expect(lines[2]).toMatch(/^test +ioi +decided at run time +\S/)
  expect(stdout).toContain('1 will run, 1 decided at run time')
  expect(readdirSync(cwd).sort()).toEqual(['model', 'x.yaml'])
})
it('prints the plan as JSON', async () => {
  const { stdout } = await runInProcess(['plan', 'x.yaml', '--json'], { cwd, env })
  expect(JSON.parse(stdout)).toMatchObject({
    plan: { name: 'small' },
    stages: [
      { stage: 'subject', status: 'will-run' },
      { stage: 'test', status: 'unknown' },
    ],
  })
})
it.each([
  ['mermaid', /^flowchart TD\n {2}s0\["subject/],
  ['dot', /"subject" -> "test"/],
  ['svg', /^<svg[^]*test/],
])('draws the stages as %s', async (format, expected) => {
  const { stdout } = await runInProcess(['plan', 'x.yaml', '--graph', format], { cwd, env })
  expect(stdout).toMatch(expected)
})
it('exits 2 for a file with mistakes', async () => {
  const { code, stderr } = await runInProcess(['plan', 'y.yaml'], { cwd, env })
  expect(code).toBe(2)
  expect(stderr).toContain('there is no file y.yaml')
})
