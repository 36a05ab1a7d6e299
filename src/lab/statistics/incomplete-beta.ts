import { invariant } from '../../base/invariant.ts'

/** Natural logarithm of the gamma function for x > 0, to about 1e-14: Lanczos's sum with g = 7 and nine terms. */
function logGamma(x: number): number {
  const terms = [
    676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
    -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
  ]
  const t = x + 6.5
  const sum = terms.reduce((total, term, i) => total + term / (x + i), 0.9999999999998099)
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum)
}

/**
 * Regularised incomplete beta function I_x(a, b): the probability that a Beta(a, b) variable is at most x.
 * Continued fraction by Lentz's method, DLMF 8.17.22, on the side where it converges fast.
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  invariant(a > 0 && b > 0 && x >= 0 && x <= 1, `I_${x}(${a}, ${b}) is defined`)
  if (x === 0 || x === 1) return x
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a)
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a
  return front * betaFraction(x, a, b)
}

function betaFraction(x: number, a: number, b: number): number {
  const away = (value: number): number => (Math.abs(value) < 1e-300 ? 1e-300 : value)
  let c = 1
  let d = 1 / away(1 - ((a + b) * x) / (a + 1))
  let result = d
  for (let m = 1; m < 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / away(1 + even * d)
    c = away(1 + even / c)
    result *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / away(1 + odd * d)
    c = away(1 + odd / c)
    result *= d * c
    if (Math.abs(d * c - 1) < 1e-15) break
  }
  return result
}

/** The x at which I_x(a, b) = p: Newton's method, kept inside a bracket that a bisection narrows where Newton would leave it. */
export function betaQuantile(p: number, a: number, b: number): number {
  const logScale = logGamma(a + b) - logGamma(a) - logGamma(b)
  let [low, high] = [0, 1]
  let x = a / (a + b)
  for (let i = 0; i < 1100; i++) {
    const excess = incompleteBeta(x, a, b) - p
    if (excess === 0) return x
    if (excess < 0) low = x
    else high = x
    const density = Math.exp(logScale + (a - 1) * Math.log(x) + (b - 1) * Math.log1p(-x))
    const step = x - excess / density
    const next = step > low && step < high ? step : (low + high) / 2
    if (next === x || next <= low || next >= high || Math.abs(next - x) <= 1e-16 * x) return next
    x = next
  }
  return x
}
