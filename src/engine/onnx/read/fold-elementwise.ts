import { broadcast } from '../broadcast.ts'
import type { ElementType } from '../graph.ts'
import type { Fold, FoldUse } from './fold-use.ts'
import type { SmallTensor } from './small-tensor.ts'
import { broadcastAt, pick } from './small-tensor.ts'

const isFloat = (type: ElementType): boolean => type === 'float32' || type === 'float64'

/** A result as its type holds it; `undefined` where whole numbers leave what is exact. */
function settle(value: number, type: ElementType): number | undefined {
  if (type === 'float32') return Math.fround(value)
  if (type === 'float64') return value
  if (type === 'uint8' || type === 'int8') return undefined // wrapping round or saturating is the runtime's business
  return Number.isSafeInteger(value) && (type === 'int64' || value === (value | 0)) ? value : undefined
}

function each(use: FoldUse, type: ElementType, f: (...values: number[]) => number): SmallTensor | undefined {
  const xs = use.x.filter((x) => x !== undefined)
  const shape = xs.reduce<number[]>((all, x) => broadcast(all, x.shape, `node "${use.name}" (${use.op})`), [])
  const parts = xs.map((x) => pick(x, shape, (at) => broadcastAt(at, x.shape)))
  const values = parts[0]?.values.map((_, i) => settle(f(...parts.map((part) => part?.values[i] ?? Number.NaN)), type))
  return values?.every((value) => value !== undefined) === true && parts.every((part) => part !== undefined)
    ? { type, shape, values }
    : undefined
}

const arithmetic =
  (f: (a: number, b: number, float: boolean) => number): Fold =>
  (use) => {
    const [a, b] = use.x
    if (a?.type === undefined || a.type !== b?.type) return undefined
    return each(use, a.type, (p, q) => f(p, q, isFloat(a.type)))
  }
const comparison =
  (f: (a: number, b: number) => boolean): Fold =>
  (use) =>
    use.x[0] === undefined || use.x[1] === undefined ? undefined : each(use, 'bool', (p, q) => Number(f(p, q)))
const unary =
  (f: (a: number) => number): Fold =>
  (use) =>
    use.x[0] === undefined ? undefined : each(use, use.x[0].type, f)

/** Whole numbers divide towards zero in onnxruntime; Mod takes the divisor's sign unless `fmod`. */
export const elementwiseFolds: Readonly<Record<string, Fold>> = {
  Add: arithmetic((a, b) => a + b),
  Sub: arithmetic((a, b) => a - b),
  Mul: arithmetic((a, b) => a * b),
  Div: arithmetic((a, b, float) => (float ? a / b : b === 0 ? Number.NaN : Math.trunc(a / b))),
  Mod: (use) =>
    use.int('fmod', 0) === 1
      ? arithmetic((a, b) => a % b)(use)
      : arithmetic((a, b) => (b === 0 ? Number.NaN : a - b * Math.floor(a / b)))(use),
  Max: arithmetic((a, b) => Math.max(a, b)),
  Min: arithmetic((a, b) => Math.min(a, b)),
  Neg: unary((a) => -a || 0),
  Abs: unary(Math.abs),
  Floor: unary(Math.floor),
  Ceil: unary(Math.ceil),
  Sqrt: unary(Math.sqrt),
  Not: unary((a) => 1 - a),
  Equal: comparison((a, b) => a === b),
  Less: comparison((a, b) => a < b),
  Greater: comparison((a, b) => a > b),
  LessOrEqual: comparison((a, b) => a <= b),
  GreaterOrEqual: comparison((a, b) => a >= b),
  And: comparison((a, b) => a !== 0 && b !== 0),
  Or: comparison((a, b) => a !== 0 || b !== 0),
  Xor: comparison((a, b) => (a !== 0) !== (b !== 0)),
  Where: (use) => {
    const [c, a, b] = use.x
    if (c === undefined || a === undefined || b === undefined) return undefined
    return each(use, a.type, (condition, p, q) => (condition === 0 ? q : p))
  },
  Cast: (use) => {
    const type = use.castType()
    if (use.x[0] === undefined || type === undefined) return undefined
    return each(use, type, (a) => (type === 'bool' ? Number(a !== 0) : isFloat(type) ? a : Math.trunc(a)))
  },
}
