import type { Toy } from './toys.ts'
import { power, rankOne, twoLayers } from './toys.ts'

/** A loss whose E[nβ·L] under exp(−nβ·L − (γ/2)‖w‖²) is known at finite nβ, by closed forms or quadrature. */
export interface Known {
  readonly title: string
  readonly size: number
  readonly toy: Toy
  readonly gamma: number
  /** [nβ, E[nβ·L]]. */
  readonly rows: readonly (readonly [nbeta: number, exact: number])[]
}

const temperatures = [10, 100, 1e3, 1e4, 1e6]
const known = (
  title: string,
  toy: Toy,
  { size, gamma, exact }: { size: number; gamma: number; exact: (number | null)[] },
): Known => ({
  title,
  toy,
  size,
  gamma,
  rows: exact.flatMap((value, i) => (value === null ? [] : [[temperatures[i]!, value] as const])),
})

/** The limit λ is far from these where m > 1: a sampler that gave λ at nβ = 1000 would be 20 % wrong. */
export const exactValues: readonly Known[] = [
  known('w1²w2²', rankOne(1), { size: 2, gamma: 1, exact: [0.290274, 0.354204, 0.390273, 0.412337, 0.437543] }),
  known('w⁴', power(4), { size: 1, gamma: 1, exact: [0.2249, 0.24172, 0.24734, 0.24916] }),
  known('w⁴', power(4), { size: 1, gamma: 100, exact: [null, 0.02337, 0.09612, 0.18029, 0.24172] }),
  known('(2,1,2)', rankOne(2), { size: 4, gamma: 1, exact: [0.714046, 0.818348, 0.8707, 0.900222, 0.931622] }),
  known('(2,1,4)', rankOne(2), { size: 6, gamma: 1, exact: [0.93757, 0.98874, 0.99832, 0.99977, 1] }),
  known('(4,1,2)', rankOne(4), { size: 6, gamma: 1, exact: [0.93757, 0.98874, 0.99832, 0.99977, 1] }),
  known('(3,1,3)', rankOne(3), { size: 6, gamma: 1, exact: [1.16375, 1.29669, 1.35967, 1.39373, 1.43345] }),
  known('(2,2,2)', twoLayers(2, 2, 2), { size: 8, gamma: 1, exact: [1.2337, 1.3903, 1.4558, 1.4826, 1.4975] }),
]
