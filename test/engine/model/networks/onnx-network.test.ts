import { describe, expect, it, onTestFinished } from 'vitest'
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onnxFile } from '../../onnx/read/onnx-file.ts'
import { openNetwork } from '../../../../src/engine/model/open-network.ts'

const real = (path: string): string => new URL(`../../../../../shared/real/${path}`, import.meta.url).pathname

async function folderOf(file: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-onnx-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await copyFile(real(file), join(folder, 'model.onnx'))
  return folder
}
const gz = (path: string): Buffer => gunzipSync(readFileSync(real(path)))

describe('readOnnxNetwork', () => {
  it('gives what onnxruntime gives with the file itself, whose graph takes one digit at once', async () => {
    const opened = await openNetwork(await folderOf('mnist_onnx/mnist-8.onnx'), { threads: 1 })
    expect(opened.network.batch).toBe(1)
    expect(opened.weights.flat.length).toBe(5994)
    const images = Float32Array.from(gz('mnist_t10k/t10k-images-idx3-ubyte.gz').subarray(16, 16 + 50 * 784))
    const [name] = opened.network.outputs as [string]
    const { data, shape } = (await opened.values({ data: images, examples: 50 }, [name])).get(name)!
    await opened.close()
    expect(shape).toEqual([50, 10])
    const ort = await import('onnxruntime-node')
    const session = await ort.InferenceSession.create(real('mnist_onnx/mnist-8.onnx'), { logSeverityLevel: 3 })
    for (let i = 0; i < 50; i++) {
      const input = new ort.Tensor('float32', images.slice(784 * i, 784 * i + 784), [1, 1, 28, 28])
      const { [name]: wanted } = await session.run({ [session.inputNames[0]!]: input })
      const row = Array.from(wanted!.data as Float32Array)
      // Logits reach 1e4 here; fp32 sums in another order differ in the sixth digit.
      row.forEach((value, c) => expect(Math.abs(data[10 * i + c]! - value)).toBeLessThan(2e-2))
    }
    await session.release()
  })

  it('takes examples one batch after another where the file fixes how many at once, the last one filled up', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'assay-onnx-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const graph = onnxFile({
      inputs: { x: [1, [3, 2]] },
      outputs: { y: [1, [3, 2]] },
      initializers: [{ name: 'w', dims: [2, 2], dataType: 1, floatData: [1, 10, 2, 20] }],
      nodes: [{ op: 'MatMul', in: ['x', 'w'], out: ['y'] }],
    })
    await writeFile(join(folder, 'model.onnx'), graph)
    const opened = await openNetwork(folder, { threads: 1 })
    const inputs = Float32Array.of(1, 0, 0, 1, 1, 1, 2, 0)
    const { data, shape } = (await opened.values({ data: inputs, examples: 4 }, ['y'])).get('y')!
    await opened.close()
    expect(shape).toEqual([4, 2])
    expect([...data]).toEqual([1, 10, 2, 20, 3, 30, 2, 20])
  })

  it('reads a file in double precision in single, also where it says so inside', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'assay-onnx-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const graph = onnxFile({
      inputs: { x: [11, ['n', 2]] },
      outputs: { y: [11, ['n', 2]] },
      initializers: [{ name: 'w', dims: [2, 2], dataType: 11, doubleData: [1, 10, 2, 20.000000001] }],
      nodes: [
        { op: 'MatMul', in: ['x', 'w'], out: ['z'] },
        // onnxruntime has no kernel of Erf for doubles.
        { op: 'Erf', in: ['z'], out: ['e'] },
        { op: 'Cast', in: ['e'], out: ['c'], attributes: { to: 11 } },
        { op: 'Constant', out: ['k'], attributes: { value: { t: { dataType: 11, doubleData: [2] }, type: 4 } } },
        { op: 'Mul', in: ['c', 'k'] },
      ],
    })
    await writeFile(join(folder, 'model.onnx'), graph)
    const opened = await openNetwork(folder, { threads: 1 })
    expect([...opened.weights.flat]).toEqual([1, 10, 2, 20])
    const { data } = (await opened.values({ data: Float32Array.of(1, 0, 0, 0), examples: 2 }, ['y'])).get('y')!
    await opened.close()
    expect([...data]).toEqual([expect.closeTo(1.6854016, 5), 2, 0, 0])
  })

  it('reads sequences of any number and length, and agrees with the same network built here', async () => {
    const opened = await openNetwork(await folderOf('llmviz_gpt_nano_sort/gpt-nano-sort.onnx'), { threads: 1 })
    expect([...opened.network.inputs.values()][0]!.shape).toEqual(['batch', 'length'])
    const golden = JSON.parse(readFileSync(real('llmviz_gpt_nano_sort/golden.json'), 'utf8')) as {
      readonly tokens: number[][]
      readonly logits: number[][][]
    }
    const tokens = Int32Array.from(golden.tokens.flat())
    const { data } = (await opened.values({ data: tokens, examples: golden.tokens.length }, ['logits'])).get('logits')!
    // The record has five digits.
    golden.logits.flat(2).forEach((wanted, i) => expect(Math.abs(data[i]! - wanted)).toBeLessThan(2e-5))
    const short = await opened.values({ data: Int32Array.of(0, 1, 2), examples: 1 }, ['logits'])
    expect(short.get('logits')!.shape).toEqual([1, 3, 3])
    await opened.close()
  })

  it('agrees with the transformer built from weights and a configuration', async () => {
    const config = JSON.parse(
      readFileSync(new URL('../../../../pipelines/real/apollo.config.json', import.meta.url), 'utf8'),
    ) as object
    const built = await folderOf('apollo_rib_modadd/seed0/model_epoch_60000.onnx')
    const other = await mkdtemp(join(tmpdir(), 'assay-built-'))
    onTestFinished(() => rm(other, { recursive: true, force: true }))
    await writeFile(join(other, 'config.json'), JSON.stringify(config))
    await copyFile(real('apollo_rib_modadd/seed0/model_epoch_60000.safetensors'), join(other, 'model.safetensors'))
    const tokens = Int32Array.from({ length: 300 }, (_, i) => (i % 3 === 2 ? 113 : (37 * i) % 113))
    const [one, two] = await Promise.all(
      [built, other].map(async (folder) => {
        const opened = await openNetwork(folder, { threads: 1 })
        const found = (await opened.values({ data: tokens, examples: 100 }, ['logits'])).get('logits')!
        await opened.close()
        return found.data
      }),
    )
    one!.forEach((value, i) => expect(Math.abs(value - two![i]!)).toBeLessThan(1e-3))
  })

  it('says what it cannot be asked', async () => {
    const opened = await openNetwork(await folderOf('mnist_onnx/mnist-8.onnx'), { threads: 1 })
    onTestFinished(() => opened.close())
    const digit = { data: new Float32Array(784), examples: 1 }
    await expect(opened.values({ ...digit, data: new Float32Array(783) }, ['x'])).rejects.toThrow(
      /783 numbers, the network reads 784/,
    )
    await expect(opened.values({ ...digit, data: new Int32Array(784) }, ['x'])).rejects.toThrow(
      /the network reads numbers/,
    )
    await expect(opened.values(digit, ['x'])).rejects.toThrow(
      /no output or hook point "x"; its outputs are Plus214_Output_0/,
    )
    await expect(openNetwork(await folderOf('gpt2_tiny_onnx/gpt2_past.onnx'), { threads: 1 })).rejects.toThrow(
      /free sizes/,
    )
  })
})
