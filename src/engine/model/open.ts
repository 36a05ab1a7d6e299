import { join } from 'node:path'
import { HookedNetwork } from '../intervention/hooked-network.ts'
import { openSession } from '../runtime/ort-session.ts'
import type { Session, Tensor } from '../runtime/session.ts'
import { ModelError } from './config-fields.ts'
import { readDecoder } from './config.ts'
import type { Decoder } from './decoder.ts'
import { shapesOf } from './decoder.ts'
import { logitsGraph, lossesGraph } from './graphs.ts'
import { hookedDecoder } from './hooked-decoder.ts'
import type { LanguageModel } from './language-model.ts'
import type { Weights } from './weights.ts'
import { loadModelWeights, loadWeights } from './load-weights.ts'
import { makeWeights } from './weights.ts'

export interface OpenOptions {
  readonly threads: number
  /** A file of weights in the folder; left out: the model's own; `null`: none yet, all zero. */
  readonly weights?: string | null
  /** Memory that holds the weights, of as many floats as there are parameters; left out: memory of its own. */
  readonly flat?: Float32Array
}

/** Opens a model folder: `config.json`, and weights in `model.safetensors` or its shards. Throws {@link ModelError}. */
export async function openLanguageModel(
  folder: string,
  { threads, weights, flat }: OpenOptions,
): Promise<LanguageModel> {
  const decoder = await readDecoder(folder)
  const values = makeWeights(shapesOf(decoder), flat)
  if (weights === undefined) await loadModelWeights(folder, { decoder, weights: values })
  else if (weights !== null) await loadWeights(join(folder, weights), { decoder, weights: values })
  return new DecoderModel(decoder, values, threads)
}

const batchTokens = 2048
/** Logits held at once: 128 MiB of fp32, so that a large vocabulary does not take all memory. */
const mostLogits = 2 ** 25

class DecoderModel implements LanguageModel {
  readonly #decoder: Decoder
  readonly #threads: number
  readonly #weights: Weights
  readonly #sessions = new Map<string, Promise<Session>>()
  #hooked: HookedNetwork | undefined

  constructor(decoder: Decoder, weights: Weights, threads: number) {
    this.#decoder = decoder
    this.#weights = weights
    this.#threads = threads
  }
  get vocabulary(): number {
    return this.#decoder.vocabulary
  }
  get context(): number {
    return this.#decoder.context
  }
  get parameters(): number {
    return this.#weights.flat.length
  }
  get hooked(): HookedNetwork {
    return (this.#hooked ??= new HookedNetwork(hookedDecoder(this.#decoder, this.#weights), { threads: this.#threads }))
  }
  loadWeights(file: string): Promise<void> {
    return loadWeights(file, { decoder: this.#decoder, weights: this.#weights })
  }

  async tokenLosses(tokens: Int32Array, length: number): Promise<Float32Array> {
    const steps = length - 1 // the last token is only predicted
    const { count, batch } = this.#plan(tokens, { length, read: steps })
    if (steps < 1) throw new ModelError(`a sequence of ${length} token has no next token to predict`)
    const session = await this.#session('losses', batch, steps)
    const result = new Float32Array(count * steps)
    for (let first = 0; first < count; first += batch) {
      const given = new BigInt64Array(batch * steps)
      const targets = new BigInt64Array(batch * steps)
      const here = Math.min(batch, count - first)
      for (let i = 0; i < here; i++)
        for (let t = 0; t < steps; t++) {
          given[i * steps + t] = BigInt(tokens[(first + i) * length + t]!)
          targets[i * steps + t] = BigInt(tokens[(first + i) * length + t + 1]!)
        }
      const { losses } = await session.run({
        ...Object.fromEntries(this.#weights.tensors),
        tokens: { type: 'int64', shape: [batch, steps], data: given },
        targets: { type: 'int64', shape: [batch * steps, 1], data: targets },
      })
      result.set((losses!.data as Float32Array).subarray(0, here * steps), first * steps)
    }
    return result
  }

  async logitsAt(tokens: Int32Array, length: number, positions: Int32Array): Promise<Float32Array> {
    const { count, batch } = this.#plan(tokens, { length, read: length })
    const session = await this.#session('logits', batch, length)
    const width = this.vocabulary
    const result = new Float32Array(count * width)
    for (let first = 0; first < count; first += batch) {
      const here = Math.min(batch, count - first)
      const given = new BigInt64Array(batch * length)
      const rows = BigInt64Array.from({ length: batch }, (_, i) =>
        BigInt(i * length + (i < here ? positions[first + i]! : 0)),
      )
      for (let i = 0; i < here * length; i++) given[i] = BigInt(tokens[first * length + i]!)
      const { logits } = await session.run({
        ...Object.fromEntries(this.#weights.tensors),
        tokens: { type: 'int64', shape: [batch, length], data: given } satisfies Tensor,
        rows: { type: 'int64', shape: [batch], data: rows } satisfies Tensor,
      })
      result.set((logits!.data as Float32Array).subarray(0, here * width), first * width)
    }
    return result
  }

  /** Checks the tokens and says how many sequences there are and how many to take at once. */
  #plan(tokens: Int32Array, { length, read }: { length: number; read: number }): { count: number; batch: number } {
    if (read > this.context)
      throw new ModelError(`sequences of ${read} tokens are longer than the model's context of ${this.context}`)
    const count = tokens.length / length
    if (!Number.isInteger(count)) throw new ModelError(`${tokens.length} tokens are not whole sequences of ${length}`)
    const wrong = tokens.findIndex((token) => token < 0 || token >= this.vocabulary)
    if (wrong >= 0)
      throw new ModelError(
        `token ${tokens[wrong]} is outside the model's vocabulary of ${this.vocabulary}: the tokenizer does not belong to this model`,
      )
    return {
      count,
      batch: Math.max(1, Math.min(count, Math.floor(Math.min(batchTokens, mostLogits / this.vocabulary) / length))),
    }
  }

  #session(kind: 'losses' | 'logits', batch: number, length: number): Promise<Session> {
    const key = `${kind} ${batch} ${length}`
    const found = this.#sessions.get(key)
    if (found !== undefined) return found
    const graph =
      kind === 'losses' ? lossesGraph(this.#decoder, { batch, length }) : logitsGraph(this.#decoder, { batch, length })
    const made = openSession(graph, { threads: this.#threads })
    this.#sessions.set(key, made)
    return made
  }

  async close(): Promise<void> {
    for (const session of this.#sessions.values()) await (await session).close()
    this.#sessions.clear()
    await this.#hooked?.close()
  }
}
