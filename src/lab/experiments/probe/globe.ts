/** Mean radius of the earth, km (IUGG). */
const radius = 6371.0088

/** Latitude and longitude in degrees as a point of the unit sphere. */
export function onSphere([latitude, longitude]: readonly [number, number]): [number, number, number] {
  const [phi, lambda] = [(latitude * Math.PI) / 180, (longitude * Math.PI) / 180]
  return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)]
}

/** Great-circle distance in km between the directions of two vectors; one without direction is a quarter round away. */
export function greatCircle(a: readonly number[], b: readonly number[]): number {
  const size = Math.hypot(...a) * Math.hypot(...b)
  if (size === 0) return (radius * Math.PI) / 2
  const cosine = a.reduce((sum, value, i) => sum + value * b[i]!, 0) / size
  return radius * Math.acos(Math.min(1, Math.max(-1, cosine)))
}
