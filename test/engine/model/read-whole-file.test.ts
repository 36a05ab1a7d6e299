import { execFileSync } from 'node:child_process'
import { mkdtemp, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readOnnx } from '../../../src/engine/onnx/read/read-onnx.ts'
import { readWholeFile } from '../../../src/engine/model/read-whole-file.ts'
import { readSafetensors } from '../../../src/engine/model/safetensors.ts'

const folder = await mkdtemp(join(tmpdir(), 'assay-'))
const at = (name: string): string => join(folder, name)
await writeFile(at('five'), 'abcde')
execFileSync('mkfifo', [at('pipe')])
await symlink('/dev/zero', at('endless'))

test('a file is read, no more of it than is asked for', async () => {
  expect(String(await readWholeFile(at('five')))).toBe('abcde')
  await expect(readWholeFile(at('five'), 4)).rejects.toThrow('it has 5 bytes, more than the 4 that are read')
})

test.each(['pipe', 'endless'])('a %s is no file, and is not waited for', async (name) => {
  await expect(readWholeFile(at(name))).rejects.toThrow('it is no file')
  await expect(readOnnx(at(name))).rejects.toThrow('cannot be read (it is no file)')
  await expect(readSafetensors(at(name))).rejects.toThrow('is no file')
})

test('a folder is said to be one', async () => {
  await expect(readWholeFile(folder)).rejects.toMatchObject({ code: 'EISDIR', message: 'it is a folder' })
})
