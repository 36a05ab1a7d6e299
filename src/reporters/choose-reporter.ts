import { isUnicode } from './text/is-unicode.ts'

export type ReporterKind = 'tui' | 'plain' | 'json'
type Env = Readonly<Record<string, string | undefined>>

export interface ReporterChoice {
  readonly isTTY: boolean
  readonly env: Env
  readonly flags: { readonly json?: boolean | undefined; readonly plain?: boolean | undefined }
}

/** How to show a run: what the flags say; else the live view on a UTF-8 terminal that a person watches, else plain lines. */
export function chooseReporter({ isTTY, env, flags }: ReporterChoice): ReporterKind {
  if (flags.json === true) return 'json'
  if (flags.plain === true || !isTTY || isSet(env['CI']) || env['TERM'] === 'dumb' || !isUnicode(env)) return 'plain'
  return 'tui'
}

const isSet = (value: string | undefined): boolean =>
  value !== undefined && value !== '' && value !== '0' && value !== 'false'
