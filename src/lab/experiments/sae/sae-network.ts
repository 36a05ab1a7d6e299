import type { Session, Tensor } from '../../../engine/runtime/session.ts'
import { activeFeatures } from './activate.ts'
import type { Sae } from './sae-file.ts'

/** Rows that go through at once. */
const rows = 512

export interface Reconstruction {
  /** x̂, row-major [rows, width]. */
  readonly values: Float32Array
  /** Active features of each row. */
  readonly active: Int32Array
}

/** A sparse autoencoder ready to run on rows of activations. Close it. */
export class SaeNetwork {
  readonly #sae: Sae
  readonly #encode: Session
  readonly #decode: Session

  private constructor(sae: Sae, encode: Session, decode: Session) {
    this.#sae = sae
    this.#encode = encode
    this.#decode = decode
  }

  static async open(sae: Sae, threads: number): Promise<SaeNetwork> {
    const [{ GraphBuilder }, { openSession }] = await Promise.all([
      import('../../../engine/onnx/builder.ts'),
      import('../../../engine/runtime/ort-session.ts'),
    ])
    const { width, features } = sae
    const linear = (
      name: string,
      [from, to]: readonly [number, number],
      data: readonly [Float32Array, Float32Array],
    ) => {
      const g = new GraphBuilder(name)
      const matrix = g.tensor('matrix', { type: 'float32', shape: [from, to], data: data[0] })
      const bias = g.tensor('bias', { type: 'float32', shape: [to], data: data[1] })
      return g.build([g.add('Gemm', [g.input('x', 'float32', [rows, from]), matrix, bias], { as: 'y' })])
    }
    return new SaeNetwork(
      sae,
      await openSession(linear('encode', [width, features], [sae.encoder, sae.encoderBias]), { threads }),
      await openSession(linear('decode', [features, width], [sae.decoder, sae.decoderBias]), { threads }),
    )
  }

  /** x̂ of each row of `x`, row-major [rows, width]. */
  async reconstruct(x: Float32Array): Promise<Reconstruction> {
    const { width, features, decoderBias, centred } = this.#sae
    const count = x.length / width
    const result = { values: new Float32Array(x.length), active: new Int32Array(count) }
    for (let first = 0; first < count; first += rows) {
      const here = Math.min(rows, count - first)
      const given = new Float32Array(rows * width)
      for (let i = 0; i < here * width; i++) given[i] = x[first * width + i]! - (centred ? decoderBias[i % width]! : 0)
      const pre = await linear(this.#encode, given, width)
      const active = activeFeatures(pre, this.#sae)
      const values = await linear(
        this.#decode,
        pre.map((value, i) => value * active[i]!),
        features,
      )
      result.values.set(values.subarray(0, here * width), first * width)
      for (let i = 0; i < here * features; i++) result.active[first + Math.floor(i / features)]! += active[i]!
    }
    return result
  }

  async close(): Promise<void> {
    await this.#encode.close()
    await this.#decode.close()
  }
}

async function linear(session: Session, data: Float32Array, width: number): Promise<Float32Array> {
  const x: Tensor = { type: 'float32', shape: [data.length / width, width], data }
  return (await session.run({ x }))['y']!.data as Float32Array
}
