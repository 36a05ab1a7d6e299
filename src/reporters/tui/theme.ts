import { createContext } from 'react'
import type { Tone } from './span.ts'

/** Properties of ink's `Text`. */
export interface TextLook {
  readonly color?: string
  readonly bold?: boolean
  readonly dimColor?: boolean
}

const looks: Readonly<Record<Tone, TextLook>> = {
  normal: {},
  strong: { bold: true },
  quiet: { dimColor: true },
  accent: { color: 'cyan' },
  good: { color: 'green' },
  bad: { color: 'red' },
  open: { color: 'yellow' },
  'series-0': { color: 'cyan' },
  'series-1': { color: 'yellow' },
  'series-2': { color: 'magenta' },
  'series-3': { color: 'blue' },
}

/** How a tone looks; without colour everything is plain, bold and dim included. */
export const themeFor =
  (color: boolean): ((tone: Tone) => TextLook) =>
  (tone) =>
    color ? looks[tone] : {}

export const ThemeContext = createContext(themeFor(false))
