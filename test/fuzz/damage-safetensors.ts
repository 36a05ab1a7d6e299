import { damageBytes, joined } from './damage-bytes.ts'
import type { Seeded } from './seeded.ts'

interface Entry {
  dtype: unknown
  shape: unknown
  data_offsets: unknown
}

const sizes: readonly unknown[] = [0, 1, 3, 4, 8, -1, 1.5, 2 ** 31, 2 ** 53, 1e300, 'x', null, [], {}]

/** A safetensors file with three tensors and something wrong in its header, its length or its bytes. */
export function damagedSafetensors(random: Seeded): Uint8Array {
  const header: Record<string, Entry | Record<string, string>> = {
    a: { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] },
    b: { dtype: 'BF16', shape: [4], data_offsets: [16, 24] },
    c: { dtype: 'I64', shape: [], data_offsets: [24, 32] },
  }
  for (let times = random.below(4); times > 0; times--) damage(header, random)
  const json = new TextEncoder().encode(JSON.stringify(header))
  const length = new Uint8Array(8)
  const claimed = random.below(8) === 0 ? random.pick([0, 1, json.length + 1, 2 ** 32, 2 ** 52]) : json.length
  new DataView(length.buffer).setBigUint64(0, BigInt(claimed), true)
  const whole = joined(length, json, new Uint8Array(32).fill(random.below(256)))
  return random.below(4) === 0 ? damageBytes(whole, random) : whole
}

function damage(header: Record<string, Entry | Record<string, string>>, random: Seeded): void {
  const name = random.pick(['a', 'b', 'c'])
  const entry = header[name] as Entry | null | undefined
  if (typeof entry !== 'object' || entry === null) return
  const kind = random.below(6)
  if (kind === 0) entry.dtype = random.pick(['F64', 'F16', 'I8', 'BOOL', 'F8', '', 7, null, 'constructor', '__proto__'])
  else if (kind === 1) entry.shape = random.pick([[random.pick(sizes), random.pick(sizes)], ...sizes])
  else if (kind === 2)
    entry.data_offsets = random.pick([[random.pick(sizes), random.pick(sizes)], [0, 16], [8, 24], ...sizes])
  else if (kind === 3) header[random.pick(['d', '__proto__', '__metadata__', 'constructor'])] = entry
  else if (kind === 4) Reflect.deleteProperty(header, name)
  else header[name] = random.pick<unknown>([null, 3, 'x', []]) as Entry
}
