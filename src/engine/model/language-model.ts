import type { HookedNetwork } from '../intervention/hooked-network.ts'

/**
 * A causal language model ready to be evaluated, on weights that can be exchanged without building the graph again.
 * Opened by `openLanguageModel(folder, { threads })` in `engine/model/open.ts`; closed by `close()`.
 */
export interface LanguageModel {
  readonly vocabulary: number
  /** Longest sequence it takes, in tokens. */
  readonly context: number
  readonly parameters: number
  /** Exchanges the weights for those of a safetensors file with the same tensor names and shapes. */
  loadWeights(file: string): Promise<void>
  /**
   * Cross-entropy of each next token. `tokens`: row-major [sequences, length]; result: [sequences, length − 1] nats,
   * at [i, t] the loss of token t + 1 given tokens 0…t.
   */
  tokenLosses(tokens: Int32Array, length: number): Promise<Float32Array>
  /** Logits for the token after `positions[i]` of sequence i. Result: [sequences, vocabulary]. */
  logitsAt(tokens: Int32Array, length: number, positions: Int32Array): Promise<Float32Array>
  /** Its named values, to read and to edit, on the weights of the moment. Absent where it has none. */
  readonly hooked?: HookedNetwork
  close(): Promise<void>
}

/** Series of weights of one graph: the artifacts `ensemble` and `checkpoints` hold it as `series.json`. */
export interface Series {
  readonly version: 1
  /** Files relative to the folder. A model alone counts as a series with one member. */
  readonly members: readonly {
    readonly file: string
    readonly chain: number
    readonly draw: number
    readonly step: number
  }[]
}
