import type { GraphBuilder, Value } from '../onnx/builder.ts'

/** A causal decoder of some architecture at some size: what the engine builds graphs from. */
export interface Decoder {
  /** As in the `model_type` of `config.json`. */
  readonly type: string
  readonly vocabulary: number
  /** Longest sequence, in tokens. */
  readonly context: number
  readonly layers: number
  readonly heads: number
  /** By the names and in the orientation that hubs store, in the order they lie side by side in memory. */
  readonly parameters: ReadonlyMap<string, Parameter>
  /** Prefixes that files may put before the names above. */
  readonly prefixes: readonly string[]
  /** Names of matrices that some files store transposed; one with unequal sides tells which way round the file has them. */
  readonly turnable?: { readonly probe: string; matches(name: string): boolean }
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
