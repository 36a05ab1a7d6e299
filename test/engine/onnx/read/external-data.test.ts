import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ModelError } from '../../../../src/engine/model/config-fields.ts'
import { parseOnnx, readOnnx } from '../../../../src/engine/onnx/read/read-onnx.ts'
import { onnxFile } from './onnx-file.ts'

const values = (data: ArrayLike<number | bigint> | undefined): number[] => Array.from(data ?? [], Number)

describe('tensors beside the file', () => {
  const external = (fields: Readonly<Record<string, string>>, name = 'w'): object => ({
    name,
    dims: [2],
    dataType: 1,
    dataLocation: 1,
    externalData: Object.entries(fields).map(([key, value]) => ({ key, value })),
  })
  async function folder(...tensors: object[]): Promise<string> {
    const base = await mkdtemp(join(tmpdir(), 'assay-'))
    const inside = join(base, 'model')
    await mkdir(join(inside, 'data'), { recursive: true })
    const data = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer)
    await writeFile(join(inside, 'data', 'w.bin'), data)
    await writeFile(join(base, 'secret.bin'), data)
    await symlink('../secret.bin', join(inside, 'link.bin'))
    await writeFile(join(inside, 'm.onnx'), onnxFile({ outputs: { w: [1] }, initializers: tensors }))
    return join(inside, 'm.onnx')
  }
  test('are read at their place', async () => {
    const one = external({ location: 'data/w.bin', offset: '8', length: '8' })
    const model = await readOnnx(await folder(one, external({ location: './data/w.bin' }, 'v')))
    expect(values(model.parameters.get('w')?.data)).toEqual([3, 4])
    expect(values(model.parameters.get('v')?.data)).toEqual([1, 2])
  })
  test.each<[Readonly<Record<string, string>>, RegExp]>([
    [{ location: '../secret.bin' }, /only files in the model's folder are read/],
    [{ location: 'data/../../secret.bin' }, /only files in the model's folder are read/],
    [{ location: '/etc/passwd' }, /only files in the model's folder are read/],
    [{ location: '..\\secret.bin' }, /only files in the model's folder are read/],
    [{ location: 'C:secret.bin' }, /only files in the model's folder are read/],
    [{}, /only files in the model's folder are read/],
    [{ location: 'link.bin' }, /a link that leaves the model's folder/],
    [{ location: 'data' }, /m\.onnx: initializer "w"/],
    [{ location: 'none.bin' }, /cannot be read/],
    [{ location: 'data/w.bin', offset: '12' }, /claims bytes 12 to 20 of .* which has 16/],
    [{ location: 'data/w.bin', offset: '-8' }, /external offset "-8"/],
    [{ location: 'data/w.bin', offset: '1e3' }, /external offset "1e3"/],
    [{ location: 'data/w.bin', offset: '99999999999999999999' }, /external offset/],
    [{ location: 'data/w.bin', length: '16' }, /needs 8 bytes and claims 16/],
  ])('%j is refused', async (fields, message) => {
    const file = await folder(external(fields))
    await expect(readOnnx(file)).rejects.toThrow(ModelError)
    await expect(readOnnx(file)).rejects.toThrow(message)
  })
  test('cannot share bytes without end', async () => {
    const many = Array.from({ length: 9 }, (_, i) => external({ location: 'data/w.bin', offset: String(i) }, `w${i}`))
    await expect(readOnnx(await folder(...many))).rejects.toThrow(/share the bytes/)
  })
  test('are refused where there is no folder', () => {
    const bytes = onnxFile({ outputs: { w: [1] }, initializers: [external({ location: 'w.bin' })] })
    expect(() => parseOnnx(bytes, 'm.onnx')).toThrow(/no folder/)
  })
})
