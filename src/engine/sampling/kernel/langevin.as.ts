// AssemblyScript, compiled to SIMD WebAssembly by `npm run build:kernel`. Arithmetic of WebAssembly is exact to the bit
// on every machine, so a seed gives the same draws everywhere.
//
// Threefry-4x32, 20 rounds (Salmon et al. 2011), four counters at a time; Box–Muller in fp32 with the polynomials of the
// Cephes library (Moshier) for logarithm, sine and cosine: relative error about 1e-7, as fine as fp32 itself.

@inline function rotate(x: v128, by: i32): v128 {
  return v128.or(i32x4.shl(x, by), i32x4.shr_u(x, 32 - by))
}

/** ln x for normal x > 0. */
@inline function ln(x: v128): v128 {
  let e = i32x4.sub(i32x4.shr_u(x, 23), i32x4.splat(126))
  // Mantissa in [0.5, 1), then in [√½, √2) − 1.
  let m = v128.or(v128.and(x, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000))
  const low = f32x4.lt(m, f32x4.splat(0.707106781186547524))
  e = i32x4.add(e, low) // low is −1 where true
  m = f32x4.add(f32x4.sub(m, f32x4.splat(1)), v128.and(m, low))
  const z = f32x4.mul(m, m)
  let p = f32x4.splat(7.0376836292e-2)
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-1.1514610310e-1))
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(1.1676998740e-1))
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-1.2420140846e-1))
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(1.4249322787e-1))
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-1.6668057665e-1))
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(2.0000714765e-1))
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-2.4999993993e-1))
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(3.3333331174e-1))
  const f = f32x4.convert_i32x4_s(e)
  let y = f32x4.mul(f32x4.mul(p, m), z)
  y = f32x4.add(y, f32x4.mul(f, f32x4.splat(-2.12194440e-4)))
  y = f32x4.sub(y, f32x4.mul(z, f32x4.splat(0.5)))
  return f32x4.add(f32x4.add(m, y), f32x4.mul(f, f32x4.splat(0.693359375)))
}

/** Two normals a lane from two words a lane; stored at `at` and 16 bytes on. */
@inline function boxMuller(words: v128, turns: v128, at: usize): void {
  // (word + 1)/2³² in (0, 1]: never zero.
  const u = f32x4.mul(f32x4.add(f32x4.convert_i32x4_u(words), f32x4.splat(1)), f32x4.splat(2.3283064365386963e-10))
  const radius = f32x4.sqrt(f32x4.mul(ln(u), f32x4.splat(-2)))
  // Angle in quarter turns: nearest quarter q and rest in [−½, ½].
  const quarters = f32x4.mul(f32x4.convert_i32x4_s(turns), f32x4.splat(9.313225746154785e-10))
  const nearest = f32x4.nearest(quarters)
  const x = f32x4.mul(f32x4.sub(quarters, nearest), f32x4.splat(1.5707963267948966))
  const q = i32x4.trunc_sat_f32x4_s(nearest)
  const z = f32x4.mul(x, x)
  let s = f32x4.splat(-1.9515295891e-4)
  s = f32x4.add(f32x4.mul(s, z), f32x4.splat(8.3321608736e-3))
  s = f32x4.add(f32x4.mul(s, z), f32x4.splat(-1.6666654611e-1))
  s = f32x4.add(f32x4.mul(f32x4.mul(s, z), x), x)
  let c = f32x4.splat(2.443315711809948e-5)
  c = f32x4.add(f32x4.mul(c, z), f32x4.splat(-1.388731625493765e-3))
  c = f32x4.add(f32x4.mul(c, z), f32x4.splat(4.166664568298827e-2))
  c = f32x4.add(f32x4.sub(f32x4.mul(f32x4.mul(c, z), z), f32x4.mul(z, f32x4.splat(0.5))), f32x4.splat(1))
  // An odd quarter swaps sine and cosine; the signs follow the quarter.
  const odd = i32x4.eq(v128.and(q, i32x4.splat(1)), i32x4.splat(1))
  const sine = v128.xor(v128.bitselect(c, s, odd), i32x4.shl(v128.and(q, i32x4.splat(2)), 30))
  const cosine = v128.xor(v128.bitselect(s, c, odd), i32x4.shl(v128.and(i32x4.add(q, i32x4.splat(1)), i32x4.splat(2)), 30))
  v128.store(at, f32x4.mul(radius, cosine))
  v128.store(at, f32x4.mul(radius, sine), 16)
}

/** 16 normals at `at`: blocks first…first + 3 of the stream. A call, for the ends of arrays: inline, it slows the loops before it. */
function sixteen(at: usize, first: i32, k0: i32, k1: i32, k2: i32, k3: i32, step: i32): void {
  const k4 = 0x1bd11bda ^ k0 ^ k1 ^ k2 ^ k3
  let a = i32x4.add(i32x4.splat(first + k0), i32x4(0, 1, 2, 3))
  let b = i32x4.splat(k1)
  let c = i32x4.splat(step + k2)
  let d = i32x4.splat(k3)
  a = i32x4.add(a, b); b = v128.xor(rotate(b, 10), a); c = i32x4.add(c, d); d = v128.xor(rotate(d, 26), c)
  a = i32x4.add(a, d); d = v128.xor(rotate(d, 11), a); c = i32x4.add(c, b); b = v128.xor(rotate(b, 21), c)
  a = i32x4.add(a, b); b = v128.xor(rotate(b, 13), a); c = i32x4.add(c, d); d = v128.xor(rotate(d, 27), c)
  a = i32x4.add(a, d); d = v128.xor(rotate(d, 23), a); c = i32x4.add(c, b); b = v128.xor(rotate(b, 5), c)
  a = i32x4.add(a, i32x4.splat(k1)); b = i32x4.add(b, i32x4.splat(k2)); c = i32x4.add(c, i32x4.splat(k3)); d = i32x4.add(d, i32x4.splat(k4 + 1))
  a = i32x4.add(a, b); b = v128.xor(rotate(b, 6), a); c = i32x4.add(c, d); d = v128.xor(rotate(d, 20), c)
  a = i32x4.add(a, d); d = v128.xor(rotate(d, 17), a); c = i32x4.add(c, b); b = v128.xor(rotate(b, 11), c)
  a = i32x4.add(a, b); b = v128.xor(rotate(b, 25), a); c = i32x4.add(c, d); d = v128.xor(rotate(d, 10), c)
  a = i32x4.add(a, d); d = v128.xor(rotate(d, 18), a); c = i32x4.add(c, b); b = v128.xor(rotate(b, 20), c)
  a = i32x4.add(a, i32x4.splat(k2)); b = i32x4.add(b, i32x4.splat(k3)); c = i32x4.add(c, i32x4.splat(k4)); d = i32x4.add(d, i32x4.splat(k0 + 2))
  a = i32x4.add(a, b); b = v128.xor(rotate(b, 10), a); c = i32x4.add(c, d); d = v128.xor(rotate(d, 26), c)
  a = i32x4.add(a, d); d = v128.xor(rotate(d, 11), a); c = i32x4.add(c, b); b = v128.xor(rotate(b, 21), c)
  a = i32x4.add(a, b); b = v128.xor(rotate(b, 13), a); c = i32x4.add(c, d); d = v128.xor(rotate(d, 27), c)
  a = i32x4.add(a, d); d = v128.xor(rotate(d, 23), a); c = i32x4.add(c, b); b = v128.xor(rotate(b, 5), c)
  a = i32x4.add(a, i32x4.splat(k3)); b = i32x4.add(b, i32x4.splat(k4)); c = i32x4.add(c, i32x4.splat(k0)); d = i32x4.add(d, i32x4.splat(k1 + 3))
  a = i32x4.add(a, b); b = v128.xor(rotate(b, 6), a); c = i32x4.add(c, d); d = v128.xor(rotate(d, 20), c)
  a = i32x4.add(a, d); d = v128.xor(rotate(d, 17), a); c = i32x4.add(c, b); b = v128.xor(rotate(b, 11), c)
  a = i32x4.add(a, b); b = v128.xor(rotate(b, 25), a); c = i32x4.add(c, d); d = v128.xor(rotate(d, 10), c)
  a = i32x4.add(a, d); d = v128.xor(rotate(d, 18), a); c = i32x4.add(c, b); b = v128.xor(rotate(b, 20), c)
  a = i32x4.add(a, i32x4.splat(k4)); b = i32x4.add(b, i32x4.splat(k0)); c = i32x4.add(c, i32x4.splat(k1)); d = i32x4.add(d, i32x4.splat(k2 + 4))
  a = i32x4.add(a, b); b = v128.xor(rotate(b, 10), a); c = i32x4.add(c, d); d = v128.xor(rotate(d, 26), c)
  a = i32x4.add(a, d); d = v128.xor(rotate(d, 11), a); c = i32x4.add(c, b); b = v128.xor(rotate(b, 21), c)
  a = i32x4.add(a, b); b = v128.xor(rotate(b, 13), a); c = i32x4.add(c, d); d = v128.xor(rotate(d, 27), c)
  a = i32x4.add(a, d); d = v128.xor(rotate(d, 23), a); c = i32x4.add(c, b); b = v128.xor(rotate(b, 5), c)
  a = i32x4.add(a, i32x4.splat(k0)); b = i32x4.add(b, i32x4.splat(k1)); c = i32x4.add(c, i32x4.splat(k2)); d = i32x4.add(d, i32x4.splat(k3 + 5))
  boxMuller(a, b, at)
  boxMuller(c, d, at + 32)
}

/**
 * 32 normals at `at`: twice `sixteen`, its rounds written side by side, since each waits for the one before it and a
 * processor can do two of them in the time.
 */
@inline function thirtyTwo(at: usize, first: i32, k0: i32, k1: i32, k2: i32, k3: i32, step: i32): void {
  const k4 = 0x1bd11bda ^ k0 ^ k1 ^ k2 ^ k3
  let a = i32x4.add(i32x4.splat(first + k0), i32x4(0, 1, 2, 3))
  let b = i32x4.splat(k1)
  let c = i32x4.splat(step + k2)
  let d = i32x4.splat(k3)
  let e = i32x4.add(i32x4.splat(first + 4 + k0), i32x4(0, 1, 2, 3))
  let f = i32x4.splat(k1)
  let g = i32x4.splat(step + k2)
  let h = i32x4.splat(k3)
  a = i32x4.add(a, b); e = i32x4.add(e, f)
  c = i32x4.add(c, d); g = i32x4.add(g, h)
  b = v128.xor(rotate(b, 10), a); f = v128.xor(rotate(f, 10), e)
  d = v128.xor(rotate(d, 26), c); h = v128.xor(rotate(h, 26), g)
  a = i32x4.add(a, d); e = i32x4.add(e, h)
  c = i32x4.add(c, b); g = i32x4.add(g, f)
  d = v128.xor(rotate(d, 11), a); h = v128.xor(rotate(h, 11), e)
  b = v128.xor(rotate(b, 21), c); f = v128.xor(rotate(f, 21), g)
  a = i32x4.add(a, b); e = i32x4.add(e, f)
  c = i32x4.add(c, d); g = i32x4.add(g, h)
  b = v128.xor(rotate(b, 13), a); f = v128.xor(rotate(f, 13), e)
  d = v128.xor(rotate(d, 27), c); h = v128.xor(rotate(h, 27), g)
  a = i32x4.add(a, d); e = i32x4.add(e, h)
  c = i32x4.add(c, b); g = i32x4.add(g, f)
  d = v128.xor(rotate(d, 23), a); h = v128.xor(rotate(h, 23), e)
  b = v128.xor(rotate(b, 5), c); f = v128.xor(rotate(f, 5), g)
  a = i32x4.add(a, i32x4.splat(k1)); b = i32x4.add(b, i32x4.splat(k2)); c = i32x4.add(c, i32x4.splat(k3)); d = i32x4.add(d, i32x4.splat(k4 + 1))
  e = i32x4.add(e, i32x4.splat(k1)); f = i32x4.add(f, i32x4.splat(k2)); g = i32x4.add(g, i32x4.splat(k3)); h = i32x4.add(h, i32x4.splat(k4 + 1))
  a = i32x4.add(a, b); e = i32x4.add(e, f)
  c = i32x4.add(c, d); g = i32x4.add(g, h)
  b = v128.xor(rotate(b, 6), a); f = v128.xor(rotate(f, 6), e)
  d = v128.xor(rotate(d, 20), c); h = v128.xor(rotate(h, 20), g)
  a = i32x4.add(a, d); e = i32x4.add(e, h)
  c = i32x4.add(c, b); g = i32x4.add(g, f)
  d = v128.xor(rotate(d, 17), a); h = v128.xor(rotate(h, 17), e)
  b = v128.xor(rotate(b, 11), c); f = v128.xor(rotate(f, 11), g)
  a = i32x4.add(a, b); e = i32x4.add(e, f)
  c = i32x4.add(c, d); g = i32x4.add(g, h)
  b = v128.xor(rotate(b, 25), a); f = v128.xor(rotate(f, 25), e)
  d = v128.xor(rotate(d, 10), c); h = v128.xor(rotate(h, 10), g)
  a = i32x4.add(a, d); e = i32x4.add(e, h)
  c = i32x4.add(c, b); g = i32x4.add(g, f)
  d = v128.xor(rotate(d, 18), a); h = v128.xor(rotate(h, 18), e)
  b = v128.xor(rotate(b, 20), c); f = v128.xor(rotate(f, 20), g)
  a = i32x4.add(a, i32x4.splat(k2)); b = i32x4.add(b, i32x4.splat(k3)); c = i32x4.add(c, i32x4.splat(k4)); d = i32x4.add(d, i32x4.splat(k0 + 2))
  e = i32x4.add(e, i32x4.splat(k2)); f = i32x4.add(f, i32x4.splat(k3)); g = i32x4.add(g, i32x4.splat(k4)); h = i32x4.add(h, i32x4.splat(k0 + 2))
  a = i32x4.add(a, b); e = i32x4.add(e, f)
  c = i32x4.add(c, d); g = i32x4.add(g, h)
  b = v128.xor(rotate(b, 10), a); f = v128.xor(rotate(f, 10), e)
  d = v128.xor(rotate(d, 26), c); h = v128.xor(rotate(h, 26), g)
  a = i32x4.add(a, d); e = i32x4.add(e, h)
  c = i32x4.add(c, b); g = i32x4.add(g, f)
  d = v128.xor(rotate(d, 11), a); h = v128.xor(rotate(h, 11), e)
  b = v128.xor(rotate(b, 21), c); f = v128.xor(rotate(f, 21), g)
  a = i32x4.add(a, b); e = i32x4.add(e, f)
  c = i32x4.add(c, d); g = i32x4.add(g, h)
  b = v128.xor(rotate(b, 13), a); f = v128.xor(rotate(f, 13), e)
  d = v128.xor(rotate(d, 27), c); h = v128.xor(rotate(h, 27), g)
  a = i32x4.add(a, d); e = i32x4.add(e, h)
  c = i32x4.add(c, b); g = i32x4.add(g, f)
  d = v128.xor(rotate(d, 23), a); h = v128.xor(rotate(h, 23), e)
  b = v128.xor(rotate(b, 5), c); f = v128.xor(rotate(f, 5), g)
  a = i32x4.add(a, i32x4.splat(k3)); b = i32x4.add(b, i32x4.splat(k4)); c = i32x4.add(c, i32x4.splat(k0)); d = i32x4.add(d, i32x4.splat(k1 + 3))
  e = i32x4.add(e, i32x4.splat(k3)); f = i32x4.add(f, i32x4.splat(k4)); g = i32x4.add(g, i32x4.splat(k0)); h = i32x4.add(h, i32x4.splat(k1 + 3))
  a = i32x4.add(a, b); e = i32x4.add(e, f)
  c = i32x4.add(c, d); g = i32x4.add(g, h)
  b = v128.xor(rotate(b, 6), a); f = v128.xor(rotate(f, 6), e)
  d = v128.xor(rotate(d, 20), c); h = v128.xor(rotate(h, 20), g)
  a = i32x4.add(a, d); e = i32x4.add(e, h)
  c = i32x4.add(c, b); g = i32x4.add(g, f)
  d = v128.xor(rotate(d, 17), a); h = v128.xor(rotate(h, 17), e)
  b = v128.xor(rotate(b, 11), c); f = v128.xor(rotate(f, 11), g)
  a = i32x4.add(a, b); e = i32x4.add(e, f)
  c = i32x4.add(c, d); g = i32x4.add(g, h)
  b = v128.xor(rotate(b, 25), a); f = v128.xor(rotate(f, 25), e)
  d = v128.xor(rotate(d, 10), c); h = v128.xor(rotate(h, 10), g)
  a = i32x4.add(a, d); e = i32x4.add(e, h)
  c = i32x4.add(c, b); g = i32x4.add(g, f)
  d = v128.xor(rotate(d, 18), a); h = v128.xor(rotate(h, 18), e)
  b = v128.xor(rotate(b, 20), c); f = v128.xor(rotate(f, 20), g)
  a = i32x4.add(a, i32x4.splat(k4)); b = i32x4.add(b, i32x4.splat(k0)); c = i32x4.add(c, i32x4.splat(k1)); d = i32x4.add(d, i32x4.splat(k2 + 4))
  e = i32x4.add(e, i32x4.splat(k4)); f = i32x4.add(f, i32x4.splat(k0)); g = i32x4.add(g, i32x4.splat(k1)); h = i32x4.add(h, i32x4.splat(k2 + 4))
  a = i32x4.add(a, b); e = i32x4.add(e, f)
  c = i32x4.add(c, d); g = i32x4.add(g, h)
  b = v128.xor(rotate(b, 10), a); f = v128.xor(rotate(f, 10), e)
  d = v128.xor(rotate(d, 26), c); h = v128.xor(rotate(h, 26), g)
  a = i32x4.add(a, d); e = i32x4.add(e, h)
  c = i32x4.add(c, b); g = i32x4.add(g, f)
  d = v128.xor(rotate(d, 11), a); h = v128.xor(rotate(h, 11), e)
  b = v128.xor(rotate(b, 21), c); f = v128.xor(rotate(f, 21), g)
  a = i32x4.add(a, b); e = i32x4.add(e, f)
  c = i32x4.add(c, d); g = i32x4.add(g, h)
  b = v128.xor(rotate(b, 13), a); f = v128.xor(rotate(f, 13), e)
  d = v128.xor(rotate(d, 27), c); h = v128.xor(rotate(h, 27), g)
  a = i32x4.add(a, d); e = i32x4.add(e, h)
  c = i32x4.add(c, b); g = i32x4.add(g, f)
  d = v128.xor(rotate(d, 23), a); h = v128.xor(rotate(h, 23), e)
  b = v128.xor(rotate(b, 5), c); f = v128.xor(rotate(f, 5), g)
  a = i32x4.add(a, i32x4.splat(k0)); b = i32x4.add(b, i32x4.splat(k1)); c = i32x4.add(c, i32x4.splat(k2)); d = i32x4.add(d, i32x4.splat(k3 + 5))
  e = i32x4.add(e, i32x4.splat(k0)); f = i32x4.add(f, i32x4.splat(k1)); g = i32x4.add(g, i32x4.splat(k2)); h = i32x4.add(h, i32x4.splat(k3 + 5))
  boxMuller(a, b, at)
  boxMuller(c, d, at + 32)
  boxMuller(e, f, at + 64)
  boxMuller(g, h, at + 96)
}

/**
 * Fills `count` floats at `at` (room for the next multiple of 16) with standard normals of stream `k` and `step`, from
 * number `first` (a multiple of 16) on.
 */
export function normals(at: usize, first: i32, count: i32, k0: i32, k1: i32, k2: i32, k3: i32, step: i32): void {
  let i = 0
  for (; i + 16 < count; i += 32) thirtyTwo(at + (<usize>i << 2), (first + i) >> 2, k0, k1, k2, k3, step)
  if (i < count) sixteen(at + (<usize>i << 2), (first + i) >> 2, k0, k1, k2, k3, step)
}

/** w ← w − p·g − l·(w − w₀) + s·ξ for the 16 floats at byte `from` of each array; ξ at `noise`. */
@inline function move(w: usize, g: usize, start: usize, from: usize, noise: usize, p: v128, l: v128, s: v128): void {
  for (let j: usize = 0; j < 64; j += 16) {
    const at = from + j
    const old = v128.load(w + at)
    const drift = f32x4.add(f32x4.mul(p, v128.load(g + at)), f32x4.mul(l, f32x4.sub(old, v128.load(start + at))))
    v128.store(w + at, f32x4.add(f32x4.sub(old, drift), f32x4.mul(s, v128.load(noise + j))))
  }
}

/**
 * w ← w − push·g − pull·(w − w₀) + shake·ξ in one pass over memory, ξ drawn on the way as `normals` draws it: for `count`
 * floats from number `first` (a multiple of 16) on. Arrays have room for the next multiple of 16; `scratch` holds 32
 * floats.
 */
export function sgld(
  w: usize, g: usize, start: usize, scratch: usize, first: i32, count: i32, push: f32, pull: f32, shake: f32,
  k0: i32, k1: i32, k2: i32, k3: i32, step: i32,
): void {
  const p = f32x4.splat(push)
  const l = f32x4.splat(pull)
  const s = f32x4.splat(shake)
  const end = first + count
  let i = first
  for (; i + 16 < end; i += 32) {
    thirtyTwo(scratch, i >> 2, k0, k1, k2, k3, step)
    move(w, g, start, <usize>i << 2, scratch, p, l, s)
    move(w, g, start, <usize>(i + 16) << 2, scratch + 64, p, l, s)
  }
  if (i < end) {
    sixteen(scratch, i >> 2, k0, k1, k2, k3, step)
    move(w, g, start, <usize>i << 2, scratch, p, l, s)
  }
}

/** The same with numbers ξ that were drawn elsewhere, at `noise`. */
export function sgldWith(
  w: usize, g: usize, start: usize, noise: usize, first: i32, count: i32, push: f32, pull: f32, shake: f32,
): void {
  const p = f32x4.splat(push)
  const l = f32x4.splat(pull)
  const s = f32x4.splat(shake)
  for (let i = 0; i < count; i += 16) move(w, g, start, <usize>(first + i) << 2, noise + (<usize>i << 2), p, l, s)
}

/** into ← into + from, for `count` floats; exactly as many are touched. */
export function add(into: usize, from: usize, count: i32): void {
  const whole = count & ~3
  for (let i = 0; i < whole; i += 4) {
    const at = <usize>i << 2
    v128.store(into + at, f32x4.add(v128.load(into + at), v128.load(from + at)))
  }
  for (let i = whole; i < count; i++) {
    const at = <usize>i << 2
    store<f32>(into + at, load<f32>(into + at) + load<f32>(from + at))
  }
}
