import type { Decoder } from '../../engine/model/decoder.ts'
import type { Weights } from '../../engine/model/weights.ts'
import { StageError } from '../../stage/stage-context.ts'

/** A head or an MLP, seen from what it writes into the residual stream. */
export interface ModelPart {
  /** `9.6` for head 6 of layer 9, `mlp.9` for the MLP of layer 9; layers and heads count from 0. */
  readonly name: string
  readonly layer: number
  /** Hook point of the values that it projects into the stream, and for a head its number there. */
  readonly hook: string
  readonly head?: number
  /** The projection, and which of its rows (inputs) are this part's own. */
  readonly matrix: string
  readonly from: number
  readonly to: number
  /** The projection's bias, where it has one. */
  readonly bias?: string
  /** Whether the matrix is stored [out, in]. */
  readonly outFirst: boolean
}

interface Projection {
  readonly matrix: string
  readonly bias?: string
}
interface Writers {
  readonly outFirst: boolean
  /** Matrix and bias, under the names that they have where they are there. */
  attention(layer: number): Names
  mlp(layer: number): Names
}
type Names = readonly [matrix: string, bias: string]
const linear = (name: string): Names => [`${name}.weight`, `${name}.bias`]

/** Names of the projections into the residual stream, by architecture. */
const writers: Readonly<Record<string, Writers>> = {
  gpt2: {
    outFirst: false,
    attention: (layer) => linear(`h.${layer}.attn.c_proj`),
    mlp: (layer) => linear(`h.${layer}.mlp.c_proj`),
  },
  gpt_neox: {
    outFirst: true,
    attention: (layer) => linear(`gpt_neox.layers.${layer}.attention.dense`),
    mlp: (layer) => linear(`gpt_neox.layers.${layer}.mlp.dense_4h_to_h`),
  },
  llama: {
    outFirst: true,
    attention: (layer) => linear(`model.layers.${layer}.self_attn.o_proj`),
    mlp: (layer) => linear(`model.layers.${layer}.mlp.down_proj`),
  },
  // W_O is [heads, width, stream]: the same numbers in the same order as a matrix of all heads' inputs.
  transformer_lens: {
    outFirst: false,
    attention: (layer) => [`blocks.${layer}.attn.W_O`, `blocks.${layer}.attn.b_O`],
    mlp: (layer) => [`blocks.${layer}.mlp.W_out`, `blocks.${layer}.mlp.b_out`],
  },
}

/** A projection, with its bias where the model has one: Llama mostly has none, and NeoX may. */
const projectionOf = ({ parameters }: Decoder, [matrix, bias]: Names): Projection =>
  parameters.has(bias) ? { matrix, bias } : { matrix }

/** Heads and MLPs of a decoder, from the first layer on. Throws StageError for an architecture it does not know. */
export function partsOf(decoder: Decoder, what: 'heads' | 'mlps' | 'both'): ModelPart[] {
  const known = writers[decoder.type]
  if (known === undefined)
    throw new StageError(
      `heads and MLPs of a model of type ${decoder.type} are not known to ablate`,
      `Known are ${Object.keys(writers).join(', ')}.`,
    )
  return Array.from({ length: decoder.layers }, (_, layer) => [
    ...(what === 'mlps' ? [] : headsOf(decoder, known, layer)),
    ...(what === 'heads' ? [] : mlpsOf(decoder, known, layer)),
  ]).flat()
}

function headsOf(decoder: Decoder, { outFirst, attention }: Writers, layer: number): ModelPart[] {
  const projection = projectionOf(decoder, attention(layer))
  const width = inputsOf(decoder, projection.matrix, outFirst) / decoder.heads
  return Array.from({ length: decoder.heads }, (_, head) => ({
    name: `${layer}.${head}`,
    layer,
    hook: `blocks.${layer}.attn.hook_z`,
    head,
    ...projection,
    from: head * width,
    to: (head + 1) * width,
    outFirst,
  }))
}

/** The MLP of a layer; a model of attention alone has none. */
function mlpsOf(decoder: Decoder, { outFirst, mlp }: Writers, layer: number): ModelPart[] {
  const projection = projectionOf(decoder, mlp(layer))
  if (!decoder.parameters.has(projection.matrix)) return []
  const to = inputsOf(decoder, projection.matrix, outFirst)
  return [{ name: `mlp.${layer}`, layer, hook: `blocks.${layer}.mlp.hook_post`, ...projection, from: 0, to, outFirst }]
}

function inputsOf({ parameters }: Decoder, name: string, outFirst: boolean): number {
  const shape = parameters.get(name)?.shape ?? []
  return (outFirst ? shape.slice(1) : shape.slice(0, -1)).reduce((product, size) => product * size, 1)
}

/**
 * Takes a part's output out of the model, in place: its rows of the projection become zero. With `mean`, the part's mean
 * input to them, what they make of it is added to the bias first, so that the part says the same everywhere. An MLP that
 * is zeroed loses its bias as well; a head does not, for the heads of a layer share it. Throws StageError where there is
 * no bias to hold a mean.
 */
export function ablatePart({ tensors }: Pick<Weights, 'tensors'>, part: ModelPart, mean?: Float64Array): void {
  const { data, shape } = tensors.get(part.matrix)!
  const matrix = data as Float32Array
  const outputs = (part.outFirst ? shape[0] : shape.at(-1)) ?? 0
  const inputs = matrix.length / outputs
  const at = (i: number, out: number): number => (part.outFirst ? out * inputs + i : i * outputs + out)
  const bias = part.bias === undefined ? undefined : (tensors.get(part.bias)!.data as Float32Array)
  if (mean !== undefined && bias === undefined)
    throw new StageError(
      `${part.name} cannot be replaced by its mean: the model has no bias there to hold it`,
      'Write by: zero.',
    )
  for (let out = 0; out < outputs; out++) {
    let sum = 0
    for (let i = part.from; i < part.to; i++) {
      if (mean !== undefined) sum += mean[i - part.from]! * matrix[at(i, out)]!
      matrix[at(i, out)] = 0
    }
    if (bias === undefined) continue
    if (mean !== undefined) bias[out]! += sum
    else if (part.head === undefined) bias[out] = 0
  }
}
