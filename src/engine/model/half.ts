/** bfloat16 (the upper half of a float32) to float32; exact. */
export function widenBfloat16(halves: ArrayLike<number>): Float32Array {
  const bits = new Uint32Array(halves.length)
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16
  return new Float32Array(bits.buffer)
}

/** IEEE 754 binary16 to float32; exact. */
export const widenFloat16 = (halves: ArrayLike<number>): Float32Array => Float32Array.from(halves, halfToFloat)

function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >> 10) & 31
  const fraction = half & 1023
  if (exponent === 31) return fraction ? Number.NaN : sign * Infinity
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
