import { samplers } from './sgld/samplers.ts'

/**
 * How a search turns a degradation up and down. Searches think in one coordinate for all of them: the coldness c, which
 * for tempering is nβ itself. Near a minimum ΔL ≈ λ/nβ, while a displacement of size s in weight space costs ΔL ∝ s²; so
 * c = 1/s² makes the same control law hold for noise, rounding, pruning and the straight line.
 */
export interface Dose {
  /** Parameter of the kind that is turned. */
  readonly param: string
  /** Coldness to begin with. */
  readonly start: number
  /** The coldness of the roughest dose there is; 0 where there is none. */
  readonly hottest: number
  /** The parameter's value at a coldness; several may share one where it is a whole number. */
  value(coldness: number): number
  coldness(value: number): number
  /** In a few words, such as `nβ 3000`. */
  label(value: number): string
  /** Whether a level may start from a colder level's draws. */
  readonly warm: boolean
  /** Whether doses are counted one by one, the metric jumping from each to the next: nothing to bisect in. */
  readonly counted?: true
  /** The values there are, where they are few: a search then measures all of them and never bisects. */
  readonly all?: readonly number[]
  /** The same where they must be read from an input: a stage of this kind lists them, as `doses` of its output `listed`. */
  readonly listed?: { readonly use: string; readonly input: string }
}

const digits = (value: number): number => Number(value.toPrecision(3))
/** Of a dose that changes nothing: a number still, since answers are JSON. */
const coldest = 1e300
const inverse = (x: number): number => Math.min(coldest, 1 / x)
const inverseSquare = (x: number): number => inverse(x * x)
const inverseRoot = (x: number): number => digits(1 / Math.sqrt(x))

/** Of every sampler of the tempered posterior. */
const tempering: Dose = {
  param: 'nbeta',
  start: 3000,
  hottest: 0,
  value: (c) => c,
  coldness: (nbeta) => nbeta,
  label: (nbeta) => `nβ ${digits(nbeta)}`,
  warm: true,
}

/** By kind. */
export const doses: Readonly<Record<string, Dose>> = {
  ...Object.fromEntries(Object.keys(samplers).map((name) => [name, tempering])),
  noise: {
    param: 'scale',
    start: inverseSquare(0.05),
    hottest: 0,
    value: inverseRoot,
    coldness: inverseSquare,
    label: (scale) => `noise ${digits(scale)}`,
    warm: false,
  },
  line: {
    param: 'alpha',
    start: inverseSquare(0.05),
    hottest: 1,
    value: (c) => Math.min(1, inverseRoot(c)),
    coldness: inverseSquare,
    label: (alpha) => `line ${digits(alpha)}`,
    warm: false,
  },
  prune: {
    param: 'sparsity',
    start: inverseSquare(0.1),
    hottest: 1,
    value: (c) => Math.min(1, inverseRoot(c)),
    coldness: inverseSquare,
    label: (sparsity) => `sparsity ${digits(sparsity)}`,
    warm: false,
  },
  quantize: {
    param: 'bits',
    start: 4 ** 8,
    hottest: 4 ** 2,
    value: (c) => Math.min(16, Math.max(2, Math.round(Math.log2(c) / 2))),
    coldness: (bits) => 4 ** bits,
    label: (bits) => `${bits} bits`,
    warm: false,
    all: Array.from({ length: 15 }, (_, i) => 16 - i),
  },
  // What is cut away is a displacement whose square is 1 − keep of the whole.
  'low-rank': {
    param: 'keep',
    start: 100,
    hottest: 1,
    value: (c) => Number((1 - Math.min(1, digits(1 / c))).toPrecision(12)),
    coldness: (keep) => inverse(1 - keep),
    label: (keep) => `${digits(100 * keep)} % kept`,
    warm: false,
  },
  // Parts that hurt little alone add up: ΔL grows with how many are gone.
  ablate: {
    param: 'count',
    start: 1,
    hottest: 0,
    value: (c) => Math.max(1, Math.round(1 / c)),
    coldness: inverse,
    label: (count) => `${count} ablated`,
    warm: false,
    counted: true,
  },
  // A step counts from 0, a coldness from above it.
  checkpoints: {
    param: 'at',
    start: 1,
    hottest: 1,
    value: (c) => Math.max(0, Math.round(c - 1)),
    coldness: (step) => step + 1,
    label: (step) => `step ${step}`,
    warm: false,
    listed: { use: 'checkpoint-steps', input: 'series' },
  },
}
