import { ModelError } from '../config-fields.ts'

export const parts = ['attention', 'mlp', 'embed', 'unembed', 'norm'] as const
export type Part = (typeof parts)[number]

/** Names of a part's tensors in the supported architectures: GPT-2, GPT-NeoX, Llama and TransformerLens's. */
const partNames: Readonly<Record<Part, RegExp>> = {
  attention: /\.(attn|attention|self_attn)\./,
  mlp: /\.mlp\./,
  embed: /^(wte|wpe|gpt_neox\.embed_in|model\.embed_tokens|embed|pos_embed)\./,
  unembed: /^(lm_head|embed_out|unembed)\./,
  norm: /(^|\.)(ln_1|ln_2|ln_f|ln1|ln2|ln_final|norm|input_layernorm|post_attention_layernorm|final_layer_norm)\./,
}

export const isOfPart = (name: string, part: Part): boolean => partNames[part].test(name)

/** The block that a tensor belongs to, if any; of a multi-layer perceptron the layer. */
export function layerOf(name: string): number | undefined {
  const found = /(?:^|\.)(?:h|layers|blocks)\.(\d+)\./.exec(name)
  return found === null ? undefined : Number(found[1])
}

/** Stretches of one axis of a tensor. */
export interface Slices {
  readonly axis: number
  readonly stretches: readonly (readonly [from: number, to: number])[]
}

export interface HeadPlace {
  readonly head: number
  readonly heads: number
  /** Shape of a tensor of the same layer by the end of its name. */
  shapeOf(suffix: string): readonly number[]
}

type HeadSlices = (place: HeadPlace & { readonly shape: readonly number[] }) => Slices

/** The next `width` indices of a head, counted from `from`. */
const own = (head: number, width: number, from = 0): readonly [number, number] => [
  from + head * width,
  from + (head + 1) * width,
]

/** Queries, keys and values side by side, one after another for all heads. */
const thirds =
  (axis: number): HeadSlices =>
  ({ head, heads, shape }) => {
    const third = shape[axis]! / 3
    return { axis, stretches: [0, 1, 2].map((each) => own(head, third / heads, each * third)) }
  }
/** One stretch a head. */
const even =
  (axis: number): HeadSlices =>
  ({ head, heads, shape }) => ({ axis, stretches: [own(head, shape[axis]! / heads)] })
/** Keys and values that several query heads share: those of the head's group. */
const grouped: HeadSlices = ({ head, heads, shape, shapeOf }) => {
  const width = shapeOf('q_proj.weight')[0]! / heads
  const keyHeads = shape[0]! / width
  return { axis: 0, stretches: [own(Math.floor((head * keyHeads) / heads), width)] }
}

/** Which slices of which tensors are a head's, by architecture and end of the name. What all heads share, such as the bias of the output, is no head's. */
const headTensors: Readonly<Record<string, Readonly<Record<string, HeadSlices>>>> = {
  gpt2: { 'attn.c_attn.weight': thirds(1), 'attn.c_attn.bias': thirds(0), 'attn.c_proj.weight': even(0) },
  // Within each head queries, keys and values lie side by side.
  gpt_neox: {
    'attention.query_key_value.weight': even(0),
    'attention.query_key_value.bias': even(0),
    'attention.dense.weight': even(1),
  },
  llama: {
    'self_attn.q_proj.weight': even(0),
    'self_attn.q_proj.bias': even(0),
    'self_attn.k_proj.weight': grouped,
    'self_attn.k_proj.bias': grouped,
    'self_attn.v_proj.weight': grouped,
    'self_attn.v_proj.bias': grouped,
    'self_attn.o_proj.weight': even(1),
  },
  transformer_lens: Object.fromEntries(
    ['W_Q', 'W_K', 'W_V', 'W_O', 'b_Q', 'b_K', 'b_V'].map((name) => [`attn.${name}`, even(0)]),
  ),
}

/** What of a tensor is of a head of its layer; undefined if nothing is. Throws ModelError for an architecture whose heads are not known. */
export function headSlices(
  type: string,
  name: string,
  place: HeadPlace & { readonly shape: readonly number[] },
): Slices | undefined {
  const tensors = headTensors[type]
  if (tensors === undefined)
    throw new ModelError(
      `\`head\` cannot be used: which weights are a head's is known of ${Object.keys(headTensors).join(', ')}, not of ${type}`,
    )
  const suffix = Object.keys(tensors).find((end) => name.endsWith(`.${end}`))
  return suffix === undefined ? undefined : tensors[suffix]!(place)
}
