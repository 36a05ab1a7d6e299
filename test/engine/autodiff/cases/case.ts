import type { Value } from '../../../../src/engine/onnx/builder.ts'
import { float, type GraphBuilder, int, ints, text } from '../../../../src/engine/onnx/builder.ts'
import type { Attribute, Attributes } from '../../../../src/engine/onnx/graph.ts'
import type { Op } from '../../../../src/engine/onnx/ops.ts'

/** One way to use an operator, whose gradient is checked. */
export interface Case {
  readonly op: Op
  readonly title: string
  /** Shapes of the inputs that are differentiated. */
  readonly shapes: readonly (readonly number[])[]
  /**
   * What the seeded random inputs are: normal; above 0.7 (for logarithms, roots, quotients); between −0.9 and 0.9; or given.
   */
  readonly values?: 'normal' | 'positive' | 'unit' | readonly (readonly number[])[]
  build(g: GraphBuilder, inputs: readonly Value[]): Value
}

/** Whole numbers from a small generator (mulberry32), the same for the same seed. */
export function dice(seed: number): (low: number, high: number) => number {
  let state = seed
  return (low, high) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return low + (((t ^ (t >>> 14)) >>> 0) % (high - low + 1))
  }
}

/** Attributes in short: whole numbers are ints unless named as floats; `1.5` is a float, `[1]` ints, `'x'` text. */
export function having(given: Readonly<Record<string, number | string | readonly number[]>>): {
  attributes: Attributes
} {
  const floats = ['alpha', 'beta', 'gamma', 'epsilon', 'bias', 'lambd']
  const one = (name: string, value: number | string | readonly number[]): Attribute =>
    typeof value === 'string'
      ? text(value)
      : typeof value !== 'number'
        ? ints(value)
        : floats.includes(name) || !Number.isInteger(value)
          ? float(value)
          : int(value)
  return { attributes: Object.fromEntries(Object.entries(given).map(([name, value]) => [name, one(name, value)])) }
}

export const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i)
