/** What size of model has a given loss, by a law fitted by others. Losses in nats per token of the law's own tokenizer. */
export interface ScalingLaw {
  readonly source: string
  /** Whose tokens the loss is per; losses per other tokens must not be compared. */
  readonly tokenizer: string
  /** What `parameters` counts. */
  readonly counts: 'all parameters' | 'parameters without embeddings'
  /** The loss that no size reaches. */
  readonly floor: number
  /** Parameters of the smallest and largest model that the law was fitted to. */
  readonly range: readonly [number, number]
  /** Loss of a model of that size, trained on as much text as the law supposes. Falls with size. */
  loss(parameters: number): number
  /** Tokens it was trained on, where the law says so. */
  tokens?(parameters: number): number
  /** What else has that loss, where the law says so for itself: tokens without a limit of size, compute in FLOP. */
  also?(at: { readonly loss: number; readonly parameters: number }): {
    readonly tokens?: number
    readonly compute?: number
  }
  /** The models it was read off, smallest first. */
  readonly members?: readonly Member[]
}

/** Tokens a parameter that compute-optimal training uses (Hoffmann et al. 2022). */
const tokensPerParameter = 20

interface Chinchilla {
  readonly E: number
  readonly A: number
  readonly B: number
  readonly alpha: number
  readonly beta: number
}
/** L(N, D) = E + A/N^α + B/D^β. */
export const chinchillaLoss = ({ E, A, B, alpha, beta }: Chinchilla, parameters: number, tokens: number): number =>
  E + A / parameters ** alpha + B / tokens ** beta

export const hoffmann: Chinchilla = { E: 1.69, A: 406.4, B: 410.7, alpha: 0.34, beta: 0.28 }
export const refit: Chinchilla = { E: 1.8169, A: 482.01, B: 2085.43, alpha: 0.3478, beta: 0.3658 }

/**
 * Tokens of compute-optimal training by the law itself: with G = (αA/βB)^{1/(α+β)} and C = 6ND, the best split is N =
 * G (C/6)^{β/(α+β)}, D = (C/6)^{α/(α+β)} / G (Hoffmann et al. 2022, equation 4).
 */
export function optimalTokens({ A, B, alpha, beta }: Chinchilla, parameters: number): number {
  const G = ((alpha * A) / (beta * B)) ** (1 / (alpha + beta))
  return (parameters / G) ** (alpha / beta) / G
}

const chinchilla = (constants: Chinchilla, source: string, isOptimal = false): ScalingLaw => {
  const tokens = (n: number): number => (isOptimal ? optimalTokens(constants, n) : tokensPerParameter * n)
  return {
    source,
    tokenizer: 'MassiveText',
    counts: 'all parameters',
    floor: constants.E,
    range: [4.4e7, 1.6e10],
    loss: (n) => chinchillaLoss(constants, n, tokens(n)),
    tokens,
  }
}

export interface Member {
  readonly name?: string
  readonly parameters: number
  readonly loss: number
  /** FLOP it was trained with, where that is known. */
  readonly compute?: number
}
/** A straight line in (ln N, L) between the members of a family, smallest first; its end pieces go on beyond it. */
export function familyLoss(members: readonly Member[], parameters: number): number {
  const next = members.findIndex((member) => member.parameters >= parameters)
  const i = Math.min(members.length - 1, Math.max(1, next === -1 ? members.length - 1 : next))
  const [a, b] = [members[i - 1]!, members[i]!]
  const share = Math.log(parameters / a.parameters) / Math.log(b.parameters / a.parameters)
  return a.loss + share * (b.loss - a.loss)
}

/** OpenWebText validation losses, nats per token (nanoGPT's README). */
const gpt2Family: readonly Member[] = [
  { name: 'gpt2', parameters: 124e6, loss: 3.12 },
  { name: 'gpt2-medium', parameters: 350e6, loss: 2.84 },
  { name: 'gpt2-large', parameters: 774e6, loss: 2.67 },
  { name: 'gpt2-xl', parameters: 1558e6, loss: 2.54 },
]

/** Pile test losses, nats per token, and training compute (Cerebras-GPT's model card); parameters without embeddings. */
const pythiaFamily: readonly Member[] = [
  { name: 'pythia-70m', parameters: 18.9e6, loss: 2.504, compute: 1.6e20 },
  { name: 'pythia-160m', parameters: 85.06e6, loss: 2.186, compute: 4.1e20 },
  { name: 'pythia-410m', parameters: 302.3e6, loss: 1.971, compute: 1.1e21 },
  { name: 'pythia-1b', parameters: 805.7e6, loss: 1.845, compute: 2.2e21 },
  { name: 'pythia-1.4b', parameters: 1.2086e9, loss: 1.793, compute: 3.2e21 },
  { name: 'pythia-2.8b', parameters: 2.5177e9, loss: 1.72, compute: 6.1e21 },
  { name: 'pythia-6.9b', parameters: 6.444e9, loss: 1.626, compute: 1.4e22 },
  { name: 'pythia-12b', parameters: 11.327e9, loss: 1.582, compute: 2.4e22 },
]

/** Compute of a family's model of that size, straight in ln N and ln C between members; nothing where one's is not known. */
function familyCompute(members: readonly Member[], parameters: number): number | undefined {
  if (members.some(({ compute }) => compute === undefined)) return undefined
  const points = members.map((one) => ({ parameters: one.parameters, loss: Math.log(one.compute ?? Number.NaN) }))
  return Math.exp(familyLoss(points, parameters))
}

/** A law out of the losses of a family: straight lines in (ln N, L), one end piece going on beyond each side. */
export function familyLaw(
  members: readonly Member[],
  head: Pick<ScalingLaw, 'source' | 'tokenizer' | 'counts'>,
): ScalingLaw {
  return {
    ...head,
    floor: 0,
    range: [members[0]!.parameters, members.at(-1)!.parameters],
    loss: (n) => familyLoss(members, n),
    also: ({ parameters }) => {
      const compute = familyCompute(members, parameters)
      return compute === undefined ? {} : { compute }
    },
    members,
  }
}

/** FLOP of a petaflop/s-day. */
const petaflopDay = 1e15 * 86_400

export const laws = {
  chinchilla: chinchilla(hoffmann, 'Hoffmann et al. 2022 (arXiv 2203.15556), rounded constants, D = 20 N'),
  'chinchilla-refit': chinchilla(refit, 'Besiroglu et al. 2024 (arXiv 2404.10102), D = 20 N'),
  'chinchilla-optimal': chinchilla(hoffmann, 'Hoffmann et al. 2022, D and N as its law splits compute best', true),
  'chinchilla-refit-optimal': chinchilla(refit, 'Besiroglu et al. 2024, D and N as its law splits compute best', true),
  kaplan: {
    source: 'Kaplan et al. 2020 (arXiv 2001.08361), L(N), L(D) and L(C_min), each with the other two unlimited',
    tokenizer: 'WebText2',
    counts: 'parameters without embeddings',
    floor: 0,
    range: [768, 1.5e9],
    loss: (n) => (8.8e13 / n) ** 0.076,
    also: ({ loss }) => ({ tokens: 5.4e13 * loss ** (-1 / 0.095), compute: 3.1e8 * loss ** (-1 / 0.05) * petaflopDay }),
  },
  pythia: {
    source: 'fit to Pythia’s Pile losses in the Cerebras-GPT model card, residual at most 0.005 nats',
    tokenizer: 'Pythia',
    counts: 'parameters without embeddings',
    floor: 1.1535,
    range: [18.9e6, 11.327e9],
    loss: (n) => 1.1535 + 1.0019 * (n / 1e8) ** -0.1793,
    also: ({ parameters }) => ({ tokens: 143_000 * 2_097_152, compute: familyCompute(pythiaFamily, parameters)! }),
    members: pythiaFamily,
  },
  'gpt-2': familyLaw(gpt2Family, {
    source: 'OpenWebText losses of the four GPT-2 models (nanoGPT README), straight between them in ln N',
    tokenizer: 'GPT-2',
    counts: 'all parameters',
  }),
} as const satisfies Record<string, ScalingLaw>

/** The size whose loss is `loss`, by bisection in ln N. `undefined` where the loss is not above the law's floor, or above that of one parameter. */
export function sizeOfLoss(law: ScalingLaw, loss: number): number | undefined {
  if (!(loss > law.floor)) return undefined
  let [low, high] = [0, Math.log(1e30)]
  if (law.loss(Math.exp(low)) < loss || law.loss(Math.exp(high)) > loss) return undefined
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2
    if (law.loss(Math.exp(middle)) > loss) low = middle
    else high = middle
  }
  return Math.exp((low + high) / 2)
}
