import type { GraphBuilder, Value } from '../onnx/builder.ts'
import type { StoredLayout } from './stored-layout.ts'

/** A causal decoder of some architecture at some size: what the engine builds graphs from. */
export interface Decoder extends StoredLayout {
  /** As in the `model_type` of `config.json`. */
  readonly type: string
  readonly vocabulary: number
  /** Longest sequence, in tokens. */
  readonly context: number
  readonly layers: number
  readonly heads: number
  /** By the names and in the orientation that hubs store, in the order they lie side by side in memory. */
  readonly parameters: ReadonlyMap<string, Parameter>
  /** Logits at each position, where that is not the vocabulary. */
  readonly outputs?: number
  /** Whether attention and MLP of a block both read the stream before it, and are added to it together. */
  readonly parallel?: boolean
  /** Why it cannot be read as a language model, where that is so: it sees what comes after, or answers in other words. */
  readonly noLanguageModel?: string
  /** The final residual stream after the last normalisation, [batch · length, width]. */
  body(use: DecoderUse): Value
  /** Logits of rows of that stream, [rows, vocabulary]. */
  logits(use: Omit<DecoderUse, 'tokens'>, rows: Value): Value
}

export interface Parameter {
  readonly shape: readonly number[]
  /** Standard deviation of a normal law to initialise from, or the value to fill with. */
  readonly init: { readonly normal: number } | { readonly fill: number }
}

export interface DecoderUse {
  readonly g: GraphBuilder
  /** int64 [batch, length]. */
  readonly tokens: Value
  readonly weights: ReadonlyMap<string, Value>
}

export const shapesOf = ({ parameters }: Pick<Decoder, 'parameters'>): Map<string, readonly number[]> =>
  new Map([...parameters].map(([name, { shape }]) => [name, shape]))

/** Number of parameters. */
export const decoderSize = ({ parameters }: Pick<Decoder, 'parameters'>): number =>
  [...parameters.values()].reduce((n, { shape }) => n + shape.reduce((a, b) => a * b, 1), 0)
