import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')

it('ends quietly when its reader has seen enough', () => {
  const script = 'set -o pipefail; node --import tsx src/cli/main.ts schema | head -n 1'
  expect(execFileSync('bash', ['-c', script], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })).toBe(
    '{\n',
  )
})
it('loads neither the native runtime nor the terminal interface to check a file', () => {
  // What V8 covered is what was loaded.
  const folder = mkdtempSync(join(tmpdir(), 'assay-loaded-'))
  const args = ['--import', 'tsx', 'src/cli/main.ts', 'check', 'pipelines/train-tiny.yaml']
  execFileSync(process.execPath, args, { cwd: root, env: { ...process.env, NODE_V8_COVERAGE: folder } })
  const loaded = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('')
  rmSync(folder, { recursive: true })
  expect(loaded).toContain('/node_modules/ajv/')
  expect(loaded).not.toMatch(/\/node_modules\/(onnxruntime-node|ink|react|execa)\//)
})
