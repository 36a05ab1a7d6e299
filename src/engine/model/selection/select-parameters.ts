import { combineRegions, Region } from '../../sampling/region.ts'
import { ModelError } from '../config-fields.ts'
import type { Selector } from './parse-selection.ts'
import { parseSelection } from './parse-selection.ts'
import type { Slices } from './places.ts'
import { headSlices, isOfPart, layerOf } from './places.ts'

/** What a selection is made from: a network's tensors, in the order they lie side by side in memory. */
export interface Selectable {
  /** As in the `model_type` of `config.json`. */
  readonly type: string
  readonly parameters: ReadonlyMap<string, { readonly shape: readonly number[] }>
  /** Attention heads of a layer; left out where there are none. */
  readonly heads?: number
}

export interface SelectedTensor {
  readonly name: string
  readonly shape: readonly number[]
  /** Selected elements. */
  readonly elements: number
}

export interface Selected {
  readonly region: Region
  /** Tensors of which anything is selected. */
  readonly tensors: readonly SelectedTensor[]
}

interface Tensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly offset: number
  readonly size: number
}

/**
 * The parameters that a selection names (grammar: {@link parseSelection}), as ranges of the flat array of weights. Throws
 * {@link ModelError} for text that cannot be read, and for any word in it that matches nothing.
 */
export function selectParameters(text: string, selectable: Selectable): Selected {
  const tensors = layOut(selectable)
  const size = tensors.reduce((sum, tensor) => sum + tensor.size, 0)
  const region = regionOf(parseSelection(text), { text, selectable, tensors, size })
  if (region.count === 0) throw new ModelError(`the selection "${text}" leaves no weights at all`)
  const chosen = tensors.map(({ name, shape, offset, size: elements }) => {
    const tensor = new Region([offset, offset + elements], size)
    return { name, shape, elements: combineRegions(region, tensor, (inA, inB) => inA && inB).count }
  })
  return { region, tensors: chosen.filter(({ elements }) => elements > 0) }
}

function layOut({ parameters }: Selectable): Tensor[] {
  let offset = 0
  return [...parameters].map(([name, { shape }]) => {
    const size = shape.reduce((a, b) => a * b, 1)
    offset += size
    return { name, shape, offset: offset - size, size }
  })
}

interface Setting {
  readonly text: string
  readonly selectable: Selectable
  readonly tensors: readonly Tensor[]
  readonly size: number
}

function regionOf(selector: Selector, setting: Setting): Region {
  switch (selector.kind) {
    case 'all':
      return Region.whole(setting.size)
    case 'part':
      return tensorsWhere(setting, { title: selector.part }, (name) => isOfPart(name, selector.part))
    case 'layers': {
      const { from, to } = selector
      const title = from === to ? `layer ${from}` : `layer ${from}..${to}`
      const missing = range(from, to).find((layer) => !setting.tensors.some(({ name }) => layerOf(name) === layer))
      if (missing !== undefined) return matchesNothing(setting, `layer ${missing}`)
      return tensorsWhere(setting, { title }, (name) => (layerOf(name) ?? -1) >= from && (layerOf(name) ?? -1) <= to)
    }
    case 'head':
      return headRegion(selector, setting)
    case 'name': {
      const pattern = globPattern(selector.glob)
      return tensorsWhere(setting, { title: selector.glob }, (name) => pattern.test(name))
    }
    case 'and':
      return combined(selector, setting, (inA, inB) => inA && inB)
    case 'or':
      return combined(selector, setting, (inA, inB) => inA || inB)
    case 'minus':
      return combined(selector, setting, (inA, inB) => inA && !inB)
  }
}

const combined = (
  { left, right }: { readonly left: Selector; readonly right: Selector },
  setting: Setting,
  keep: (inA: boolean, inB: boolean) => boolean,
): Region => combineRegions(regionOf(left, setting), regionOf(right, setting), keep)

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)

/** `*` any characters, `?` one; the rest as it stands. */
const globPattern = (glob: string): RegExp =>
  new RegExp(
    `^${glob
      .replace(/[.\\^$|[\]{}]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  )

function tensorsWhere(setting: Setting, { title }: { title: string }, matches: (name: string) => boolean): Region {
  const ranges = setting.tensors
    .filter(({ name }) => matches(name))
    .flatMap(({ offset, size }) => [offset, offset + size])
  return ranges.length === 0 ? matchesNothing(setting, title) : new Region(ranges, setting.size)
}

function headRegion({ layer, head }: { readonly layer: number; readonly head: number }, setting: Setting): Region {
  const { type, heads } = setting.selectable
  const own = setting.tensors.filter(({ name }) => layerOf(name) === layer)
  if (heads === undefined || head >= heads || own.length === 0) return matchesNothing(setting, `head ${layer}.${head}`)
  const shapeOf = (suffix: string): readonly number[] => own.find(({ name }) => name.endsWith(suffix))?.shape ?? []
  const ranges = own.flatMap((tensor) => {
    const slices = headSlices(type, tensor.name, { head, heads, shape: tensor.shape, shapeOf })
    return slices === undefined ? [] : rangesOf(tensor, slices)
  })
  return ranges.length === 0 ? matchesNothing(setting, `head ${layer}.${head}`) : new Region(ranges, setting.size)
}

/** Ranges of the flat array that the stretches of one axis are; row by row, so ascending. */
function rangesOf({ shape, offset }: Tensor, { axis, stretches }: Slices): number[] {
  const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1)
  const [outer, inner] = [product(shape.slice(0, axis)), product(shape.slice(axis + 1))]
  const row = shape[axis]! * inner
  return range(0, outer - 1).flatMap((i) =>
    stretches.flatMap(([from, to]) => [offset + i * row + from * inner, offset + i * row + to * inner]),
  )
}

function matchesNothing({ text, selectable, tensors }: Setting, title: string): never {
  const layers = tensors.map(({ name }) => layerOf(name) ?? -1)
  const count = Math.max(...layers) + 1
  const some = tensors.slice(0, 6).map(({ name }) => name)
  const tied =
    title === 'unembed' && tensors.some(({ name }) => isOfPart(name, 'embed'))
      ? '; its unembedding is its embedding: say embed'
      : ''
  throw new ModelError(
    `"${title}" in the selection "${text}" matches nothing of this model (${selectable.type}, ${count} layers${selectable.heads === undefined ? '' : ` of ${selectable.heads} heads`}; tensors ${some.join(', ')}${tensors.length > some.length ? ', …' : ''})${tied}`,
  )
}
