import { invariant } from '../../../base/invariant.ts'
import type { Words } from '../threefry.ts'
import { langevinWasm } from './langevin.generated.ts'

/** The compiled kernel on a memory of its own. Offsets in bytes; counts in floats; see `langevin.as.ts`. */
export interface LangevinKernel {
  readonly memory: WebAssembly.Memory
  normals(at: number, first: number, count: number, ...stream: readonly [number, number, number, number, number]): void
  /** (weights, gradient, start, scratch, first, count, push, pull, shake, key…, step) */
  sgld(...args: readonly number[]): void
  /** (weights, gradient, start, noise, first, count, push, pull, shake) */
  sgldWith(...args: readonly number[]): void
  /** (into, from, count) */
  add(...args: readonly [number, number, number]): void
}

const pageBytes = 65_536
/** Floats drawn at once; arrays have room for the next multiple. */
const lane = 16
/** The compiler's own data end below this. */
const firstFree = 65_536

let compiled: WebAssembly.Module | undefined

/** The kernel, compiled once a thread; it imports `env.memory` and `env.abort`. */
export const kernelModule = (): WebAssembly.Module =>
  (compiled ??= new WebAssembly.Module(Buffer.from(langevinWasm, 'base64')))

const mostPages = 65_536

interface Room {
  readonly arrays: number
  readonly scratch: number
}

/** The largest `count` for which the 4 GiB of a kernel's memory have room. */
export const mostFloats = ({ arrays, scratch }: Room): number =>
  Math.floor((mostPages * pageBytes - firstFree - 4 * scratch) / arrays / (4 * lane)) * lane

/** A kernel with room for `arrays` arrays of `count` floats and one of `scratch` floats, and the byte offset of each. */
export function openKernel(
  count: number,
  { arrays, scratch }: Room,
): { readonly kernel: LangevinKernel; readonly offsets: readonly number[] } {
  const bytes = Math.ceil(count / lane) * lane * 4
  const initial = Math.ceil((firstFree + arrays * bytes + 4 * scratch) / pageBytes)
  invariant(initial <= mostPages, `${arrays} arrays of ${count} floats do not fit into 4 GiB`)
  const memory = new WebAssembly.Memory({ initial })
  const { exports } = new WebAssembly.Instance(kernelModule(), { env: { memory, abort: () => undefined } })
  const kernel = { ...exports, memory } as unknown as LangevinKernel
  return { kernel, offsets: Array.from({ length: arrays + 1 }, (_, i) => firstFree + i * bytes) }
}

/** Key words and step as the kernel takes them. */
export const streamArguments = (key: Words, step: number): readonly [number, number, number, number, number] => [
  ...key,
  step,
]
