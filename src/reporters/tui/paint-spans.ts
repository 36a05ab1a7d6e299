import picocolors from 'picocolors'
import type { Span, Tone } from './span.ts'

/** A line as terminals take it, for what is printed without the live view; the same looks as there. */
export function paintSpans(spans: readonly Span[], color: boolean): string {
  const paint = paints(picocolors.createColors(color))
  return spans
    .map(({ text, tone }) => paint[tone](text))
    .join('')
    .trimEnd()
}

function paints(colors: ReturnType<typeof picocolors.createColors>): Readonly<Record<Tone, (text: string) => string>> {
  return {
    normal: (text) => text,
    strong: colors.bold,
    quiet: colors.dim,
    accent: colors.cyan,
    good: colors.green,
    bad: colors.red,
    open: colors.yellow,
    'series-0': colors.cyan,
    'series-1': colors.yellow,
    'series-2': colors.magenta,
    'series-3': colors.blue,
  }
}
