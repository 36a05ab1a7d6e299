import type { Diagnostic, SourceSpan } from '../../src/base/diagnostic.ts'
import { printDiagnostics } from '../../src/cli/diagnostic-printer.ts'
import { compile, type Compiled } from '../../src/compiler/compile.ts'
import { corpus, type CorpusFile } from './corpus.ts'
import { mutate } from './mutate.ts'
import { Seeded } from './seeded.ts'

/** An input that broke a promise, and which. */
export interface Broken {
  readonly seed: number
  readonly why: string
  readonly text: string
}

/** No input may take longer, in milliseconds of work. */
const longest = 2000

/** Checks inputs made of these seeds, until five have broken a promise. */
export function fuzz(first: number, count: number): Broken[] {
  const broken: Broken[] = []
  for (let seed = first; seed < first + count && broken.length < 5; seed++) {
    const input = inputOf(seed)
    const why = whyBroken(input)
    if (why !== undefined) broken.push({ seed, why, text: input.text })
  }
  return broken
}

/** The input that a seed stands for. */
export function inputOf(seed: number): CorpusFile {
  const random = new Seeded(seed)
  const start = random.pick(corpus)
  return { ...start, text: mutate(start.text, random, random.pick(corpus).text) }
}

/** The promise that a file breaks; nothing if all are kept. */
export function whyBroken(input: CorpusFile): string | undefined {
  try {
    const [first, time] = timed(() => check(input))
    const [second, again] = timed(() => check(input))
    // The machine may have been busy with something else; the file is slow only if it is slow twice.
    if (Math.min(time, again) > longest) return `takes ${String(Math.round(time))} ms`
    if (JSON.stringify(first) !== JSON.stringify(second)) return 'gives another result the second time'
    return whyWrong(first, input)
  } catch (error) {
    return `throws ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
  }
}

const texts = new Map(corpus.map(({ file, text }) => [file, text]))

/** What the compiler makes of an input, in a world where every file of the corpus is there. */
export const check = ({ file, text, catalog }: CorpusFile): Compiled =>
  compile(
    { file, text },
    {
      catalog,
      probe: (path) => (/^\/pipelines\/(?:there|package\.json$)/.test(path) || texts.has(path) ? 'file' : undefined),
      readFile: (path) => texts.get(path),
    },
  )

/** With the milliseconds that this process worked for it, which other processes do not change. */
function timed<T>(work: () => T): [T, number] {
  const before = process.cpuUsage()
  const result = work()
  const { user, system } = process.cpuUsage(before)
  return [result, (user + system) / 1000]
}

/** What is wrong with a result: a plan beside errors, a place outside the file, a hole in a sentence. */
export function whyWrong({ plan, diagnostics, sources }: Compiled, { text, file }: CorpusFile): string | undefined {
  const hasErrors = diagnostics.some(({ severity }) => severity === 'error')
  if (hasErrors === (plan !== undefined)) return plan === undefined ? 'neither plan nor error' : 'a plan beside errors'
  const textOf = (path: string): string | undefined =>
    path === file ? text : sources.find((source) => source.file === path)?.text
  for (const diagnostic of diagnostics) {
    const why = whyUnclear(diagnostic, textOf)
    if (why !== undefined) return `${why}: ${JSON.stringify(diagnostic).slice(0, 2000)}`
  }
  const printed = printDiagnostics(diagnostics, { textOf, cwd: '/pipelines', color: false, columns: 80 })
  const control = /[\p{Cc}\p{Cs}\p{Bidi_Control}]/u.exec(printed.replaceAll('\n', ''))
  return control === null ? undefined : `prints ${JSON.stringify(control[0])}`
}

function whyUnclear(diagnostic: Diagnostic, textOf: (file: string) => string | undefined): string | undefined {
  const { code, message, help = 'none', related = [], span } = diagnostic
  if (!/^[a-z]+(?:-[a-z0-9]+)+$/.test(code)) return 'a code that is none'
  if (message.trim() === '' || help.trim() === '') return 'an empty sentence'
  if (/\[object |\bundefined\b/.test(message + help) && !(textOf(span.file) ?? '').includes('undefined'))
    return 'a hole in a sentence'
  for (const one of [span, ...related.map((other) => other.span)]) {
    const text = textOf(one.file)
    if (text === undefined) return 'a place in a file that was not read'
    if (!isInside(one, text)) return 'a place that is not in the file'
  }
  return undefined
}

/** Whether line, column and offset say the same place, and its end is in the file (an empty file has one place). */
function isInside({ line, column, offset, length }: SourceSpan, text: string): boolean {
  return (
    [line, column, offset, length].every(Number.isSafeInteger) &&
    length >= 1 &&
    offset <= text.length &&
    offset + length <= Math.max(text.length, offset + 1) &&
    column >= 1 &&
    offset === (lineStartsOf(text)[line - 1] ?? NaN) + column - 1 &&
    offset < (lineStartsOf(text)[line] ?? Infinity)
  )
}

let latest: { readonly text: string; readonly starts: readonly number[] } = { text: '', starts: [0] }
function lineStartsOf(text: string): readonly number[] {
  if (latest.text !== text) latest = { text, starts: [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)] }
  return latest.starts
}
