import { GraphError } from '../graph.ts'
import type { NodeUse } from './op-use.ts'
import { input, shown, textAttribute, where } from './op-use.ts'

/** An einsum taken apart: one label an axis. Axes under an ellipsis get labels of their own, counted from the right. */
export interface Einsum {
  /** Labels of each input's axes; a label twice in one input means its diagonal. */
  readonly terms: readonly (readonly string[])[]
  readonly output: readonly string[]
  /** Size of each label after broadcasting: 1 gives way. */
  readonly sizes: ReadonlyMap<string, number>
}

/** Labels of one term, `...` spread over as many axes as are left. `~0` is the last axis under an ellipsis. */
function labelsOf(term: string, rank: number): string[] {
  const [before, after] = term.split('...')
  if (after === undefined) return [...before!]
  const count = rank - before!.length - after.length
  return [...before!, ...Array.from({ length: Math.max(0, count) }, (_, i) => `~${count - 1 - i}`), ...after]
}

/**
 * Reads the equation of an Einsum, explicit (`ij,jk->ik`) or implicit (`ij,jk`: labels that occur once, in alphabetical
 * order, after those of the ellipsis). Throws {@link GraphError} where it does not fit the inputs.
 */
export function parseEinsum(use: NodeUse): Einsum {
  const equation = textAttribute(use.attributes, 'equation', '').replaceAll(' ', '')
  const [left, right] = equation.split('->')
  const written = (left ?? '').split(',')
  const ranks = use.x.map((_, i) => input(use, i).shape.length)
  if (written.length !== ranks.length)
    throw new GraphError(`${where(use)}: "${equation}" is about ${written.length} inputs and gets ${ranks.length}`)
  const terms = written.map((term, i) => labelsOf(term, ranks[i]!))
  const sizes = new Map<string, number>()
  terms.forEach((term, i) => {
    const { shape } = input(use, i)
    if (term.length !== shape.length)
      throw new GraphError(`${where(use)}: "${written[i]!}" of "${equation}" does not fit ${shown(shape)}`)
    term.forEach((label, axis) => {
      const [before, size] = [sizes.get(label) ?? 1, shape[axis]!]
      if (before !== size && before !== 1 && size !== 1)
        throw new GraphError(`${where(use)}: "${label}" of "${equation}" is ${before} and ${size}`)
      sizes.set(label, before === 1 ? size : before)
    })
  })
  const hidden = [...sizes.keys()].filter((label) => label.startsWith('~')).sort((a, b) => b.localeCompare(a))
  const output = right === undefined ? [...hidden, ...once(terms)] : explicit(right, hidden)
  const stranger = output.find((label) => !sizes.has(label))
  if (stranger !== undefined) throw new GraphError(`${where(use)}: no input of "${equation}" has "${stranger}"`)
  return { terms, output, sizes }
}

/** Letters that occur exactly once, in alphabetical order. */
function once(terms: Einsum['terms']): string[] {
  const all = terms.flat().filter((label) => !label.startsWith('~'))
  return all.filter((label) => all.indexOf(label) === all.lastIndexOf(label)).sort()
}

function explicit(right: string, hidden: readonly string[]): string[] {
  const [before, after] = right.split('...')
  return after === undefined ? [...before!] : [...before!, ...hidden, ...after]
}
