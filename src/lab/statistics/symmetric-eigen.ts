/** Eigenvalues in falling order, and unit eigenvectors: `vectors[i · n + j]` is component i of the one that belongs to `values[j]`. */
export interface Eigen {
  readonly values: Float64Array
  readonly vectors: Float64Array
}

/** A tridiagonal matrix with the rotations that led to it. */
interface Tridiagonal {
  readonly n: number
  /** Row-major [n, n]. */
  readonly v: Float64Array
  readonly diagonal: Float64Array
  /** Element i is beside diagonal elements i − 1 and i. */
  readonly beside: Float64Array
}

/**
 * All eigenvalues and vectors of a symmetric matrix, row-major [n, n], in double precision: Householder's reduction to
 * tridiagonal form, then the implicit QL algorithm (Bowdler, Martin, Reinsch and Wilkinson 1968, procedures tred2 and
 * tql2). Throws RangeError where the matrix holds a number that is not finite.
 */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  if (!matrix.every(Number.isFinite)) throw new RangeError('a matrix of eigenvalues must be finite')
  const work = { n, v: matrix.slice(), diagonal: new Float64Array(n), beside: new Float64Array(n) }
  reduce(work)
  accumulate(work)
  diagonalise(work)
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => work.diagonal[b]! - work.diagonal[a]!)
  const vectors = new Float64Array(n * n)
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) vectors[i * n + j] = work.v[i * n + order[j]!]!
  return { values: Float64Array.from(order, (j) => work.diagonal[j]!), vectors }
}

/** Householder's reduction; the vectors of the reflections stay in `v`, their squared lengths in `diagonal`. */
function reduce({ n, v, diagonal: d, beside: e }: Tridiagonal): void {
  for (let j = 0; j < n; j++) d[j] = v[(n - 1) * n + j]!
  for (let i = n - 1; i > 0; i--) {
    let scale = 0
    for (let k = 0; k < i; k++) scale += Math.abs(d[k]!)
    let h = 0
    if (scale === 0) {
      e[i] = d[i - 1]!
      for (let j = 0; j < i; j++) {
        d[j] = v[(i - 1) * n + j]!
        v[i * n + j] = 0
        v[j * n + i] = 0
      }
    } else {
      for (let k = 0; k < i; k++) {
        d[k]! /= scale
        h += d[k]! * d[k]!
      }
      const f = d[i - 1]!
      const g = f > 0 ? -Math.sqrt(h) : Math.sqrt(h)
      e[i] = scale * g
      h -= f * g
      d[i - 1] = f - g
      reflect({ n, v, diagonal: d, beside: e }, i, h)
    }
    d[i] = h
  }
}

/** Applies the reflection whose vector is the first i elements of `diagonal`, h being half its squared length. */
function reflect({ n, v, diagonal: d, beside: e }: Tridiagonal, i: number, h: number): void {
  for (let j = 0; j < i; j++) e[j] = 0
  for (let j = 0; j < i; j++) {
    const f = d[j]!
    v[j * n + i] = f
    let g = e[j]! + v[j * n + j]! * f
    for (let k = j + 1; k < i; k++) {
      g += v[k * n + j]! * d[k]!
      e[k]! += v[k * n + j]! * f
    }
    e[j] = g
  }
  let f = 0
  for (let j = 0; j < i; j++) {
    e[j]! /= h
    f += e[j]! * d[j]!
  }
  const hh = f / (h + h)
  for (let j = 0; j < i; j++) e[j]! -= hh * d[j]!
  for (let j = 0; j < i; j++) {
    const [fj, gj] = [d[j]!, e[j]!]
    for (let k = j; k < i; k++) v[k * n + j]! -= fj * e[k]! + gj * d[k]!
    d[j] = v[(i - 1) * n + j]!
    v[i * n + j] = 0
  }
}

/** Multiplies the reflections together into `v`, and puts the diagonal where it belongs. */
function accumulate({ n, v, diagonal: d, beside: e }: Tridiagonal): void {
  for (let i = 0; i < n - 1; i++) {
    v[(n - 1) * n + i] = v[i * n + i]!
    v[i * n + i] = 1
    const h = d[i + 1]!
    if (h !== 0) {
      for (let k = 0; k <= i; k++) d[k] = v[k * n + i + 1]! / h
      for (let j = 0; j <= i; j++) {
        let g = 0
        for (let k = 0; k <= i; k++) g += v[k * n + i + 1]! * v[k * n + j]!
        for (let k = 0; k <= i; k++) v[k * n + j]! -= g * d[k]!
      }
    }
    for (let k = 0; k <= i; k++) v[k * n + i + 1] = 0
  }
  for (let j = 0; j < n; j++) {
    d[j] = v[(n - 1) * n + j]!
    v[(n - 1) * n + j] = 0
  }
  v[n * n - 1] = 1
  e[0] = 0
}

/** Implicit QL: each eigenvalue in turn, by shifted sweeps of rotations until the element beside it is negligible. */
function diagonalise(work: Tridiagonal): void {
  const { n, diagonal: d, beside: e } = work
  for (let i = 1; i < n; i++) e[i - 1] = e[i]!
  e[n - 1] = 0
  let [shift, largest] = [0, 0]
  for (let l = 0; l < n; l++) {
    largest = Math.max(largest, Math.abs(d[l]!) + Math.abs(e[l]!))
    let m = l
    while (m < n - 1 && Math.abs(e[m]!) > Number.EPSILON * largest) m++
    if (m > l)
      do shift += sweep(work, l, m)
      while (Math.abs(e[l]!) > Number.EPSILON * largest)
    d[l]! += shift
    e[l] = 0
  }
}

/** One shifted sweep over rows l to m; the shift it took off the diagonal. */
function sweep({ n, v, diagonal: d, beside: e }: Tridiagonal, l: number, m: number): number {
  const g = d[l]!
  let p = (d[l + 1]! - g) / (2 * e[l]!)
  const r = p < 0 ? -Math.hypot(p, 1) : Math.hypot(p, 1)
  d[l] = e[l]! / (p + r)
  d[l + 1] = e[l]! * (p + r)
  const next = d[l + 1]!
  const h = g - d[l]
  for (let i = l + 2; i < n; i++) d[i]! -= h
  p = d[m]!
  let [c, c2, c3, s, s2] = [1, 1, 1, 0, 0]
  const before = e[l + 1]!
  for (let i = m - 1; i >= l; i--) {
    c3 = c2
    c2 = c
    s2 = s
    const [ge, he] = [c * e[i]!, c * p]
    const root = Math.hypot(p, e[i]!)
    e[i + 1] = s * root
    s = e[i]! / root
    c = p / root
    p = c * d[i]! - s * ge
    d[i + 1] = he + s * (c * ge + s * d[i]!)
    for (let k = 0; k < n; k++) {
      const right = v[k * n + i + 1]!
      v[k * n + i + 1] = s * v[k * n + i]! + c * right
      v[k * n + i] = c * v[k * n + i]! - s * right
    }
  }
  p = (-s * s2 * c3 * before * e[l]!) / next
  e[l] = s * p
  d[l] = c * p
  return h
}
