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

const chinchilla = (constants: Chinchilla, source: string): ScalingLaw => ({
  source,
  tokenizer: 'MassiveText',
  counts: 'all parameters',
  floor: constants.E,
  range: [4.4e7, 1.6e10],
  loss: (n) => chinchillaLoss(constants, n, tokensPerParameter * n),
  tokens: (n) => tokensPerParameter * n,
})

interface Member {
  readonly parameters: number
  readonly loss: number
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
  { parameters: 124e6, loss: 3.12 },
  { parameters: 350e6, loss: 2.84 },
  { parameters: 774e6, loss: 2.67 },
  { parameters: 1558e6, loss: 2.54 },
]

export const laws = {
  chinchilla: chinchilla(hoffmann, 'Hoffmann et al. 2022 (arXiv 2203.15556), rounded constants, D = 20 N'),
  'chinchilla-refit': chinchilla(refit, 'Besiroglu et al. 2024 (arXiv 2404.10102), D = 20 N'),
  kaplan: {
    source: 'Kaplan et al. 2020 (arXiv 2001.08361), L(N)',
    tokenizer: 'WebText2',
    counts: 'parameters without embeddings',
    floor: 0,
    range: [768, 1.5e9],
    loss: (n) => (8.8e13 / n) ** 0.076,
  },
  pythia: {
    source: 'fit to Pythia’s Pile losses in the Cerebras-GPT model card, residual at most 0.005 nats',
    tokenizer: 'Pythia',
    counts: 'parameters without embeddings',
    floor: 1.1535,
    range: [18.9e6, 11.327e9],
    loss: (n) => 1.1535 + 1.0019 * (n / 1e8) ** -0.1793,
  },
  'gpt-2': {
    source: 'OpenWebText losses of the four GPT-2 models (nanoGPT README), straight between them in ln N',
    tokenizer: 'GPT-2',
    counts: 'all parameters',
    floor: 0,
    range: [124e6, 1558e6],
    loss: (n) => familyLoss(gpt2Family, n),
  },
} as const satisfies Record<string, ScalingLaw>

/** The size whose loss is `loss`, by bisection in ln N. `undefined` where the loss is not above the law's floor. */
export function sizeOfLoss(law: ScalingLaw, loss: number): number | undefined {
  if (!(loss > law.floor)) return undefined
  let [low, high] = [0, Math.log(1e30)]
  if (law.loss(Math.exp(low)) < loss) return 1
  if (law.loss(Math.exp(high)) > loss) return undefined
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2
    if (law.loss(Math.exp(middle)) > loss) low = middle
    else high = middle
  }
  return Math.exp((low + high) / 2)
}
