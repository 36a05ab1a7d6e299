import type { JsonObject } from '../base/json.ts'
import { cellName } from './cell-name.ts'

/** One stage of a matrix. */
export interface Cell {
  /** `llc@nbeta=10,seed=0`: the variables in the order of the alphabet, so that theirs in the file means nothing. */
  readonly id: string
  readonly values: JsonObject
}

/** The cells of a matrix in order, to be looked up by some of their values. */
export class Cells {
  readonly all: readonly Cell[]
  #index: Map<string, Cell[]> | undefined
  constructor(all: readonly Cell[]) {
    this.all = all
  }

  /** The cells that `seed=0,nbeta=10` means: all variables or some, in any order. */
  with(selection: string): readonly Cell[] {
    const index = (this.#index ??= indexOf(this.all))
    const lists = selection.split(',').map((part) => index.get(part.trim()) ?? index.get(encoded(part.trim())) ?? [])
    const [fewest = [], ...others] = [...lists].sort((a, b) => a.length - b.length)
    if (others.length === 0 || fewest.length === 0) return fewest
    const wanted = selection.split(',').map((part) => part.trim())
    return fewest.filter(({ values }) => {
      const parts = new Set(partsOf(values))
      return wanted.every((part) => parts.has(part) || parts.has(encoded(part)))
    })
  }
}

function indexOf(cells: readonly Cell[]): Map<string, Cell[]> {
  const index = new Map<string, Cell[]>()
  for (const cell of cells) {
    for (const part of partsOf(cell.values)) {
      const known = index.get(part)
      if (known === undefined) index.set(part, [cell])
      else known.push(cell)
    }
  }
  return index
}

const partsOf = (values: JsonObject): string[] =>
  Object.entries(values).map(([name, value]) => cellName({ [name]: value }))

/** As the id of a cell has it: `path=./a` is written `path=.%2Fa` there. */
function encoded(part: string): string {
  const at = part.indexOf('=')
  return at === -1 ? part : cellName({ [part.slice(0, at)]: part.slice(at + 1) })
}
