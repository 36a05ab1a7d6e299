import { figure } from './figure.ts'

/** A multiple of the natural gap: one decimal below ten, two significant digits from there: `1.0`, `8.2`, `44`, `120`. */
export function gapMultiple(multiple: number): string {
  return Math.abs(multiple) < 9.95
    ? multiple.toFixed(1)
    : Math.abs(multiple) < 1000
      ? multiple.toFixed(0)
      : figure(multiple, 2)
}
