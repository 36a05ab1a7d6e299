import type { GraphBuilder, Value } from '../../onnx/builder.ts'
import { text } from '../../onnx/builder.ts'
import type { Einsum } from '../../onnx/ops/einsum.ts'
import { parseEinsum } from '../../onnx/ops/einsum.ts'
import { reshaped, summedAway } from '../arithmetic.ts'
import type { RuleUse } from '../rule.ts'

/** A value whose axes carry labels, each at most once. */
interface Labelled {
  readonly value: Value
  readonly labels: readonly string[]
}

/**
 * An input with its diagonals taken and its axes of 1 that give way to a larger size left out, so that every label stands
 * for one size. A diagonal of A[i, i] is Σ_j A[i, j]·δ_ij.
 */
function plain(g: GraphBuilder, { value, labels }: Labelled, sizes: Einsum['sizes']): Labelled {
  const isThere = labels.map((label, i) => value.shape[i] === sizes.get(label))
  const left = labels.filter((_, i) => isThere[i])
  const fitted =
    left.length === labels.length
      ? value
      : reshaped(
          g,
          value,
          left.map((label) => sizes.get(label)!),
        )
  return left.reduce<Labelled>(
    (made, label) => {
      const at = made.labels.indexOf(label)
      const twin = made.labels.indexOf(label, at + 1)
      if (twin < 0) return made
      const masked = g.add('Mul', [made.value, identity(g, made, [at, twin])])
      return { value: summedAway(g, masked, [twin]), labels: made.labels.toSpliced(twin, 1) }
    },
    { value: fitted, labels: left },
  )
}

/** δ over two axes of a value, of size 1 along the others. */
function identity(g: GraphBuilder, { value }: Labelled, [a, b]: readonly [number, number]): Value {
  const n = value.shape[a]!
  const shape = value.shape.map((_, i) => (i === a || i === b ? n : 1))
  const delta = Array.from({ length: n * n }, (_, i) => (i % n === Math.floor(i / n) ? 1 : 0))
  return g.constant(value.type, delta, shape)
}

/** Labels as letters; an ellipsis' axes get the letters that are free. */
function lettersFor(labels: Iterable<string>): (label: string) => string {
  const all = [...new Set(labels)]
  const alphabet = Array.from('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ').filter(
    (letter) => !all.includes(letter),
  )
  const made = new Map(all.map((label) => [label, label.startsWith('~') ? alphabet.shift()! : label]))
  return (label) => made.get(label)!
}

/** Product of the factors, summed over what `result` leaves out. Numbers without axes multiply in the end. */
function contracted(g: GraphBuilder, factors: readonly Labelled[], result: readonly string[]): Value {
  const [numbers, tensors] = [factors.filter((f) => f.labels.length === 0), factors.filter((f) => f.labels.length > 0)]
  const letter = lettersFor(tensors.flatMap(({ labels }) => labels))
  const written = (labels: readonly string[]): string => labels.map(letter).join('')
  const equation = `${tensors.map(({ labels }) => written(labels)).join(',')}->${written(result)}`
  const main =
    tensors.length === 0
      ? undefined
      : g.add(
          'Einsum',
          tensors.map(({ value }) => value),
          { attributes: { equation: text(equation) } },
        )
  return [...(main === undefined ? [] : [main]), ...numbers.map(({ value }) => value)].reduce((a, b) =>
    g.add('Mul', [a, b]),
  )
}

/** Gives a value with unique labels the axes of an input: missing labels repeated, diagonals put back on. */
function expandedTo(g: GraphBuilder, found: Labelled, { value: x, labels }: Labelled): Value {
  // Every label at its first place; a second one, or one that is not in `found`, is 1 for now.
  const shape = labels.map((label, i) =>
    labels.indexOf(label) === i && found.labels.includes(label) ? x.shape[i]! : 1,
  )
  let value = g.add('Expand', [reshaped(g, found.value, shape), g.ints(x.shape)])
  labels.forEach((label, i) => {
    const first = labels.indexOf(label)
    if (first !== i && x.shape[i] !== 1) value = g.add('Mul', [value, identity(g, { value, labels: [] }, [first, i])])
  })
  return value
}

/**
 * y = Σ Πₖ xₖ: the gradient of one factor is the sum of dy times the others over what that factor does not have; where a
 * label occurs in it alone, it repeats; its diagonals are where the gradient is, the rest is 0.
 */
export function einsum(use: RuleUse): (Value | null)[] {
  const { g, x, dy, wants } = use
  const { terms, output, sizes } = parseEinsum(use)
  const inputs = x.map((value, i): Labelled => ({ value, labels: terms[i]! }))
  const factors = inputs.map((one, i) => (inputs.some((_, j) => j !== i && wants(j)) ? plain(g, one, sizes) : one))
  return inputs.map((one, i) => {
    if (!wants(i)) return null
    const others = [{ value: dy[0]!, labels: output }, ...factors.filter((_, j) => j !== i)]
    const has = (label: string): boolean => others.some(({ labels }) => labels.includes(label))
    const isLarge = (label: string, axis: number): boolean => one.value.shape[axis] === sizes.get(label)
    const labels = [...new Set(one.labels.filter((label, axis) => has(label) && isLarge(label, axis)))]
    return expandedTo(g, { value: contracted(g, others, labels), labels }, one)
  })
}
