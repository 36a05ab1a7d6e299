import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { writeSafetensors } from '../../../src/engine/model/safetensors.ts'
import { readExamples, type ExampleSet } from '../../../src/lab/datasets/example-set.ts'
import { real } from '../real.ts'
import { pathOf, runKind } from '../run-kind.ts'
import { scratchContext } from '../scratch-context.ts'

async function read(name: string, content: string | Buffer, options: object = {}): Promise<ExampleSet> {
  const ctx = await scratchContext()
  const path = join(ctx.scratch, name)
  await writeFile(path, content)
  const { examples } = await runKind('examples', { with: options, inputs: { path: { type: 'path', path } }, ctx })
  return readExamples(pathOf(examples))
}
/** An IDX file of bytes. */
const idx = (shape: readonly number[], values: readonly number[], type = 0x08): Buffer => {
  const head = Buffer.alloc(4 + 4 * shape.length)
  head.writeUInt8(type, 2)
  head.writeUInt8(shape.length, 3)
  shape.forEach((size, i) => head.writeUInt32BE(size, 4 + 4 * i))
  return Buffer.concat([head, Buffer.from(values)])
}
const numbers = (data: ArrayLike<number>): number[] => Array.from(data)

describe('examples from CSV', () => {
  it('takes the last column for the answer, and names of columns from a heading', async () => {
    const set = await read('a.csv', 'x,y,Class\n0,1,2\n3,4,0\n')
    expect(set.shape).toEqual([2])
    expect(numbers(set.inputs)).toEqual([0, 1, 3, 4])
    expect(set.targets).toEqual({ kind: 'class', classes: 3, data: Int32Array.of(2, 0) })
  })
  it('takes another column, normalises, and numbers classes that have names', async () => {
    const set = await read('a.csv', 'kind;x;y\nrose;2;4\nfern;6;8\nrose;0;1\n', { target: 'kind', shift: 2, scale: 2 })
    expect(numbers(set.inputs)).toEqual([0, 1, 2, 3, -1, -0.5])
    expect(numbers(set.targets.data)).toEqual([1, 0, 1])
    expect(set.names).toEqual(['fern', 'rose'])
    expect(set.normalisation).toBe('(x − 2) / 2')
  })
  it('reads the handwritten digits of UCI', async () => {
    const ctx = await scratchContext()
    const { examples, count } = await runKind('examples', {
      with: { scale: 16 },
      inputs: { path: real('optdigits/optdigits.tes') },
      ctx,
    })
    const set = await readExamples(pathOf(examples))
    expect(count).toEqual({ value: 1797 })
    expect([set.shape, set.targets.kind === 'class' && set.targets.classes]).toEqual([[64], 10])
    expect(Math.max(...set.inputs)).toBe(1)
  })
  it.each([
    ['a.csv', '', {}, /has no lines/],
    ['a.csv', '1,2,0\n1,0\n', {}, /line 2 of a\.csv has 2 columns, the first line has 3/],
    ['a.csv', '1,2,0\n1,two,0\n', {}, /line 2 of a\.csv reads "two", which is no number/],
    ['a.csv', '1,2,0\n', { target: 'Kind' }, /has no column "Kind"/],
    ['a.csv', '1,2,0.5\n', {}, /neither whole numbers nor names/],
    ['a.csv', '1,2,7\n', { classes: 5 }, /the answers of a\.csv go from 7 to 7, outside 5 classes/],
    ['a.csv', '1,2,0\n', { inputs: 'tokens', scale: 2 }, /are token numbers; shift and scale are for others/],
    ['a.csv', '1.5,2,0\n', { inputs: 'tokens' }, /holds 1\.5 among its inputs, which is no token number/],
    ['a.xyz', '1,2,0\n', {}, /the ending of a\.xyz does not say what it is/],
  ])('%s with %j is refused', async (...[name, text, options, message]) => {
    await expect(read(name, text, options)).rejects.toThrow(message)
  })
})

describe('examples from other files', () => {
  it('reads JSONL, inputs of any shape, answers that are numbers', async () => {
    const text = '{"input": [[1, 2], [3, 4]], "out": [0.5, 1]}\n{"input": [[5, 6], [7, 8]], "out": [2, 3]}\n'
    const set = await read('a.jsonl', text, { target: 'out', answers: 'number' })
    expect(set.shape).toEqual([2, 2])
    expect(set.targets).toEqual({ kind: 'number', width: 2, data: Float32Array.of(0.5, 1, 2, 3) })
    await expect(read('a.jsonl', '{"input": [1]}')).rejects.toThrow(/line 1 of a\.jsonl is no example/)
    await expect(read('a.jsonl', '{"input": [1], "target": 0}\n{"input": [1, 2], "target": 0}')).rejects.toThrow(
      /line 2 of a\.jsonl has an input of shape \[2\], the first has \[1\]/,
    )
  })
  it('reads pairs, whose answers are sums', async () => {
    const set = await read('pairs.json', '[[1, 2], [3, 4]]', { modulus: 5 })
    expect(set.inputs).toEqual(Int32Array.of(1, 2, 3, 4))
    expect(set.targets).toEqual({ kind: 'class', classes: 5, data: Int32Array.of(3, 2) })
    await expect(read('pairs.json', '[[1, 2]]')).rejects.toThrow(/holds pairs of numbers and no answers/)
    await expect(read('pairs.json', '[[1, 5]]', { modulus: 5 })).rejects.toThrow(
      /entry 0 .* not two whole numbers from 0 to 4/,
    )
  })
  it('reads safetensors', async () => {
    const ctx = await scratchContext()
    const path = join(ctx.scratch, 'a.safetensors')
    const inputs = { dtype: 'F32' as const, shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }
    const targets = { dtype: 'I64' as const, shape: [2], data: BigInt64Array.of(1n, 0n) }
    await writeSafetensors(
      path,
      new Map<string, typeof inputs | typeof targets>([
        ['inputs', inputs],
        ['targets', targets],
      ]),
    )
    const { examples } = await runKind('examples', { inputs: { path: { type: 'path', path } }, ctx })
    const set = await readExamples(pathOf(examples))
    expect([set.shape, numbers(set.inputs), numbers(set.targets.data)]).toEqual([[3], [1, 2, 3, 4, 5, 6], [1, 0]])
  })
})

describe('examples from IDX', () => {
  async function images(image: Buffer, label: Buffer): Promise<ExampleSet> {
    const ctx = await scratchContext()
    const [path, labels] = [join(ctx.scratch, 'a-idx3-ubyte.gz'), join(ctx.scratch, 'b-idx1-ubyte')]
    await writeFile(path, image)
    await writeFile(labels, label)
    const inputs = { path: { type: 'path' as const, path }, labels: { type: 'path' as const, path: labels } }
    const { examples } = await runKind('examples', { with: { scale: 255 }, inputs, ctx })
    return readExamples(pathOf(examples))
  }
  it('reads images with their labels, gzipped or not', async () => {
    const set = await images(gzipSync(idx([2, 1, 2], [0, 255, 51, 102])), idx([2], [7, 3]))
    expect(set.shape).toEqual([1, 2])
    expect(numbers(set.inputs).map((value) => Number(value.toFixed(6)))).toEqual([0, 1, 0.2, 0.4])
    expect(numbers(set.targets.data)).toEqual([7, 3])
  })
  it.each([
    [
      'cut off',
      idx([2, 1, 2], [0, 255, 51]),
      idx([2], [7, 3]),
      /says it holds \[2, 1, 2\] values of 1 bytes and has 3/,
    ],
    ['absurd', idx([4294967295, 4294967295], [1]), idx([2], [7, 3]), /says it holds \[4294967295, 4294967295\]/],
    ['another file', Buffer.from('no images at all'), idx([2], [7, 3]), /is no IDX file/],
    ['half a gzip file', gzipSync(idx([2], [1, 2])).subarray(0, 12), idx([2], [7, 3]), /is no whole gzip file/],
    ['more labels', idx([1, 1], [1]), idx([2], [7, 3]), /there are 1 images and \[2\] labels/],
  ])('%s is refused', async (...[, image, label, message]) => {
    await expect(images(image, label)).rejects.toThrow(message)
  })
})
