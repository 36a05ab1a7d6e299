import type { Seeded } from './seeded.ts'

/** Bytes cut, flipped, doubled or overwritten with the numbers that lengths and tags are made of. */
export function damageBytes(bytes: Uint8Array, random: Seeded): Uint8Array {
  let made = Uint8Array.from(bytes)
  for (let times = 1 + random.below(4); times > 0; times--) {
    const at = random.below(Math.max(1, made.length))
    const cut = random.below(16)
    const kind = random.below(6)
    if (kind === 0) made = made.slice(0, at)
    else if (kind === 1) made[at] = made[at]! ^ (1 << random.below(8))
    else if (kind === 2) made[at] = random.pick([0, 1, 0x7f, 0x80, 0xff, random.below(256)])
    else if (kind === 3) made = joined(made.subarray(0, at), made.subarray(at + cut))
    else if (kind === 4) made = joined(made.subarray(0, at + cut), made.subarray(at))
    else
      made = joined(
        made.subarray(0, at),
        Uint8Array.from({ length: cut }, () => random.below(256)),
        made.subarray(at),
      )
  }
  return made
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((n, part) => n + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
