import { transposed } from '../load-weights.ts'
import type { StoredTensor } from '../safetensors.ts'

interface Sizes {
  readonly vocabulary: number
  readonly width: number
  readonly heads: number
  readonly headWidth: number
}

/**
 * Small transformers written before TransformerLens store a column per token, [width, vocabulary], and every matrix as
 * it acts on columns: W_Q, W_K, W_V [head, head width, width], W_O [width, head · head width], W_in [inner, width],
 * W_out [width, inner] (Nanda et al. 2023; Zhong et al. 2023). Told by the shape of `embed.W_E`, or of `W_in` where the
 * width equals the vocabulary. A file in TransformerLens' own layout is returned as it is.
 */
export function fromColumns(
  stored: ReadonlyMap<string, StoredTensor>,
  { vocabulary, width, heads, headWidth }: Sizes,
): ReadonlyMap<string, StoredTensor> {
  const rows = (name: string): number | undefined => stored.get(name)?.shape[0]
  const inner = stored.get('blocks.0.mlp.W_in')?.shape ?? []
  const turned = vocabulary === width ? inner[0] !== width && inner[1] === width : rows('embed.W_E') === width
  if (!turned) return stored
  const turn = (name: string, tensor: StoredTensor): StoredTensor => {
    if (/^embed\.W_E$|\.mlp\.W_(in|out)$/.test(name) && tensor.shape.length === 2) return transposed(tensor)
    if (/\.attn\.W_[QKV]$/.test(name) && tensor.shape.length === 3) return turnEach(tensor)
    if (name.endsWith('.attn.W_O') && tensor.shape.length === 2)
      return { ...transposed(tensor), shape: [heads, headWidth, width] }
    return tensor
  }
  return new Map([...stored].map(([name, tensor]) => [name, turn(name, tensor)]))
}

/** [n, a, b] → [n, b, a]. */
function turnEach({ dtype, shape, data }: StoredTensor): StoredTensor {
  const [n, a, b] = shape as readonly [number, number, number]
  const values = new Float32Array(data.length)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < a; j++)
      for (let k = 0; k < b; k++) values[(i * b + k) * a + j] = Number(data[(i * a + j) * b + k])
  return { dtype, shape: [n, b, a], data: values }
}
