import type { Digest } from '../base/digest.ts'
import type { Json } from '../base/json.ts'

/**
 * What can flow between stages.
 *
 * - `model`: a folder `config.json`, `model.safetensors`, `tokenizer.json`; or `model.onnx` in place of `config.json`
 * - `ensemble`: posterior draws of one model: `config.json`, `tokenizer.json`, `series.json` and one safetensors file a draw
 * - `checkpoints`: the same layout, one safetensors file a training step
 * - `examples`: inputs and what is to be answered: `examples.json`, `examples.safetensors`
 * - `dataset`: tokenised sequences: `dataset.json`, `tokens.safetensors`
 * - `text`: a UTF-8 text file
 * - `relation`: a JSONL file of `{prompt, answer}` facts
 * - `pairs`: a JSONL file of prompts with a corrupted twin: tokens, right and wrong answers, labelled positions
 * - `tokenizer`: a folder with `tokenizer.json`
 * - `ngram`: counts of n-grams: `ngram.json`, `counts.safetensors`
 * - `readings`: metrics of each example: a safetensors file, a tensor [models, examples] a metric
 * - `tensors`: a safetensors file of named tensors, described by the kind that writes it
 * - `metrics`: a {@link Metrics} value · `number`: a number · `record`: any other JSON value
 * - `path`: a file or folder of the user's, named by a path in the pipeline
 */
export const artifactTypes = [
  'model',
  'ensemble',
  'checkpoints',
  'dataset',
  'examples',
  'text',
  'relation',
  'pairs',
  'tokenizer',
  'ngram',
  'readings',
  'tensors',
  'metrics',
  'number',
  'record',
  'path',
] as const
export type ArtifactType = (typeof artifactTypes)[number]

/** Files in the store, by digest of their tree. */
export interface FileArtifact {
  readonly type: ArtifactType
  readonly digest: Digest
  readonly bytes: number
}
/** A small value kept inline, so that expressions and searches read it without touching the store. */
export interface ValueArtifact {
  readonly type: ArtifactType
  readonly digest: Digest
  readonly value: Json
}
export type ArtifactRef = FileArtifact | ValueArtifact

/** Artifacts at a port that takes many, in order. The digest is of the list of their types and digests. */
export interface ArtifactList {
  readonly type: ArtifactType
  readonly digest: Digest
  readonly items: readonly ArtifactRef[]
}

/** An input as a running stage sees it: an absolute path it may only read, or a value; at a port of many, a list. */
export type StageInput =
  | { readonly type: ArtifactType; readonly path: string; readonly value?: never; readonly items?: never }
  | { readonly type: ArtifactType; readonly value: Json; readonly path?: never; readonly items?: never }
  | {
      readonly type: ArtifactType
      readonly items: readonly StageInput[]
      readonly path?: never
      readonly value?: never
    }

/** An output as a running stage gives it: a path inside `ctx.out`, or a value. The orchestrator publishes it. */
export type StageOutput = { readonly path: string } | { readonly value: Json }
