import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { readBounded } from '../../src/cli/read-bounded.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-read-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

it('reads a whole file, longer than one piece', () => {
  const bytes = Buffer.alloc(3_000_001, 'abc')
  writeFileSync(join(folder, 'long'), bytes)
  expect(readBounded(join(folder, 'long'), 10_000_000).equals(bytes)).toBe(true)
})
it('stops at the limit', () => {
  expect(readBounded(join(folder, 'long'), 1_500_000)).toHaveLength(1_500_000)
})
it.skipIf(process.platform === 'win32')('ends with a file that has no end', () => {
  expect(readBounded('/dev/zero', 5_000_000)).toHaveLength(5_000_000)
})
it('throws for what is not there', () => {
  expect(() => readBounded(join(folder, 'none'), 10)).toThrow('ENOENT')
})
