/**
 * The normal quantile Φ⁻¹(p) by rational approximation, Wichura 1988, algorithm AS 241 (PPND7), relative error about
 * 1e-7: as fine as the 32-bit numbers it is fed. Only + · / √ log are used, so equal inputs give equal bits.
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q
    return (
      (q * (((59.10937472 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179)) /
      (((67.1875636 * r + 78.757757664) * r + 17.895169469) * r + 1)
    )
  }
  const tail = Math.sqrt(-Math.log(q < 0 ? p : 1 - p))
  const magnitude = tail <= 5 ? near(tail - 1.6) : far(tail - 5)
  return q < 0 ? -magnitude : magnitude
}

const near = (r: number): number =>
  (((0.17023821103 * r + 1.3067284816) * r + 2.75681539) * r + 1.4234372777) /
  ((0.12021132975 * r + 0.7370016425) * r + 1)
const far = (r: number): number =>
  (((0.017337203997 * r + 0.42868294337) * r + 3.081226386) * r + 6.657905115) /
  ((0.012258202635 * r + 0.24197894225) * r + 1)
