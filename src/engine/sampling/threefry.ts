/**
 * Threefry-4x32 with 20 rounds, a counter-based generator: four 32-bit words are a pure function of key and counter, so
 * a stream needs no state to resume from but its position. Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers:
 * as easy as 1, 2, 3"; rotations and parity constant as in their Random123 library.
 */
export type Words = readonly [number, number, number, number]

/**
 * Fills `out` with the blocks of consecutive counters: words 4j…4j+3 are the block at (first + j, counter[1…3]). The
 * rounds are written out, even ones mixing (a, b) and (c, d), odd ones (a, d) and (c, b): a loop over tables of
 * rotations takes three times as long.
 */
// eslint-disable-next-line max-lines-per-function -- twenty rounds, written out
export function threefryWords(key: Words, [first, c1, c2, c3]: Words, out: Uint32Array): void {
  const [k0, k1, k2, k3] = key
  const k4 = 0x1bd11bda ^ k0 ^ k1 ^ k2 ^ k3
  for (let i = 0; i < out.length; i += 4) {
    let a = (first + (i >>> 2) + k0) | 0
    let b = (c1 + k1) | 0
    let c = (c2 + k2) | 0
    let d = (c3 + k3) | 0
    a = (a + b) | 0
    b = ((b << 10) | (b >>> 22)) ^ a
    c = (c + d) | 0
    d = ((d << 26) | (d >>> 6)) ^ c
    a = (a + d) | 0
    d = ((d << 11) | (d >>> 21)) ^ a
    c = (c + b) | 0
    b = ((b << 21) | (b >>> 11)) ^ c
    a = (a + b) | 0
    b = ((b << 13) | (b >>> 19)) ^ a
    c = (c + d) | 0
    d = ((d << 27) | (d >>> 5)) ^ c
    a = (a + d) | 0
    d = ((d << 23) | (d >>> 9)) ^ a
    c = (c + b) | 0
    b = ((b << 5) | (b >>> 27)) ^ c
    a = (a + k1) | 0
    b = (b + k2) | 0
    c = (c + k3) | 0
    d = (d + k4 + 1) | 0
    a = (a + b) | 0
    b = ((b << 6) | (b >>> 26)) ^ a
    c = (c + d) | 0
    d = ((d << 20) | (d >>> 12)) ^ c
    a = (a + d) | 0
    d = ((d << 17) | (d >>> 15)) ^ a
    c = (c + b) | 0
    b = ((b << 11) | (b >>> 21)) ^ c
    a = (a + b) | 0
    b = ((b << 25) | (b >>> 7)) ^ a
    c = (c + d) | 0
    d = ((d << 10) | (d >>> 22)) ^ c
    a = (a + d) | 0
    d = ((d << 18) | (d >>> 14)) ^ a
    c = (c + b) | 0
    b = ((b << 20) | (b >>> 12)) ^ c
    a = (a + k2) | 0
    b = (b + k3) | 0
    c = (c + k4) | 0
    d = (d + k0 + 2) | 0
    a = (a + b) | 0
    b = ((b << 10) | (b >>> 22)) ^ a
    c = (c + d) | 0
    d = ((d << 26) | (d >>> 6)) ^ c
    a = (a + d) | 0
    d = ((d << 11) | (d >>> 21)) ^ a
    c = (c + b) | 0
    b = ((b << 21) | (b >>> 11)) ^ c
    a = (a + b) | 0
    b = ((b << 13) | (b >>> 19)) ^ a
    c = (c + d) | 0
    d = ((d << 27) | (d >>> 5)) ^ c
    a = (a + d) | 0
    d = ((d << 23) | (d >>> 9)) ^ a
    c = (c + b) | 0
    b = ((b << 5) | (b >>> 27)) ^ c
    a = (a + k3) | 0
    b = (b + k4) | 0
    c = (c + k0) | 0
    d = (d + k1 + 3) | 0
    a = (a + b) | 0
    b = ((b << 6) | (b >>> 26)) ^ a
    c = (c + d) | 0
    d = ((d << 20) | (d >>> 12)) ^ c
    a = (a + d) | 0
    d = ((d << 17) | (d >>> 15)) ^ a
    c = (c + b) | 0
    b = ((b << 11) | (b >>> 21)) ^ c
    a = (a + b) | 0
    b = ((b << 25) | (b >>> 7)) ^ a
    c = (c + d) | 0
    d = ((d << 10) | (d >>> 22)) ^ c
    a = (a + d) | 0
    d = ((d << 18) | (d >>> 14)) ^ a
    c = (c + b) | 0
    b = ((b << 20) | (b >>> 12)) ^ c
    a = (a + k4) | 0
    b = (b + k0) | 0
    c = (c + k1) | 0
    d = (d + k2 + 4) | 0
    a = (a + b) | 0
    b = ((b << 10) | (b >>> 22)) ^ a
    c = (c + d) | 0
    d = ((d << 26) | (d >>> 6)) ^ c
    a = (a + d) | 0
    d = ((d << 11) | (d >>> 21)) ^ a
    c = (c + b) | 0
    b = ((b << 21) | (b >>> 11)) ^ c
    a = (a + b) | 0
    b = ((b << 13) | (b >>> 19)) ^ a
    c = (c + d) | 0
    d = ((d << 27) | (d >>> 5)) ^ c
    a = (a + d) | 0
    d = ((d << 23) | (d >>> 9)) ^ a
    c = (c + b) | 0
    b = ((b << 5) | (b >>> 27)) ^ c
    a = (a + k0) | 0
    b = (b + k1) | 0
    c = (c + k2) | 0
    d = (d + k3 + 5) | 0
    out[i] = a
    out[i + 1] = b
    out[i + 2] = c
    out[i + 3] = d
  }
}
