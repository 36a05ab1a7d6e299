import type { HookAxis } from './hook.ts'
import { HookError } from './hook.ts'

/** Which elements of a hooked value are meant; an axis left out means all of it. */
export interface Site {
  /** Positions in the sequence, from 0. */
  readonly positions?: readonly number[]
  readonly heads?: readonly number[]
  readonly units?: readonly number[]
}

export interface SiteShape {
  readonly axes: readonly HookAxis[]
  /** Of the value, over the sequences of one batch. */
  readonly shape: readonly number[]
  /** Tokens in a sequence. */
  readonly length: number
}

/**
 * Sets `mask` to 1 at the elements of `site` in sequence `sequence` of the batch. Throws {@link HookError} where the
 * value has no such axis or the axis is shorter.
 */
export function markSite(
  mask: Uint8Array,
  { axes, shape, length }: SiteShape,
  { sequence, ...site }: Site & { readonly sequence: number },
): void {
  const wanted: Partial<Record<HookAxis, readonly number[]>> = {
    ...(site.positions === undefined ? {} : { position: site.positions }),
    ...(site.heads === undefined ? {} : { head: site.heads }),
    ...(site.units === undefined ? {} : { unit: site.units }),
  }
  const positions = axes.includes('row') ? { row: site.positions } : {}
  for (const axis of Object.keys(wanted) as HookAxis[])
    if (!axes.includes(axis) && !(axis === 'position' && 'row' in positions))
      throw new HookError(`this value has no axis of ${axis}s; it has ${axes.join(', ')}`)
  const all = (size: number): number[] => Array.from({ length: size }, (_, i) => i)
  const indices = axes.map((axis, i): readonly number[] => {
    const size = shape[i]!
    if (axis === 'sequence') return [sequence]
    if (axis === 'row')
      return inside(site.positions ?? all(length), length, 'position').map((p) => sequence * length + p)
    return inside(wanted[axis] ?? all(size), size, axis)
  })
  fill(mask, shape, indices)
}

function inside(values: readonly number[], size: number, axis: string): readonly number[] {
  const wrong = values.find((value) => !Number.isInteger(value) || value < 0 || value >= size)
  if (wrong !== undefined) throw new HookError(`there is no ${axis} ${wrong}: they run from 0 to ${size - 1}`)
  return values
}

function fill(mask: Uint8Array, shape: readonly number[], indices: readonly (readonly number[])[]): void {
  const walk = (axis: number, offset: number): void => {
    if (axis === shape.length) mask[offset] = 1
    else for (const i of indices[axis]!) walk(axis + 1, offset * shape[axis]! + i)
  }
  walk(0, 0)
}
