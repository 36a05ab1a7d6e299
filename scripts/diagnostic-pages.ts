import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { diagnosticCodes, summaryOf } from '../src/cli/diagnostic-page.ts'

const golden = new URL('../test/golden/', import.meta.url)
const pages = new URL('../docs/diagnostics/', import.meta.url)
const begin = '<!-- From here to the end: generated from test/golden by `npm run generate`. -->'

/** A golden test, which is an example on a page: a pipeline and what `assay check` says of it. */
export interface Example {
  /** Without ending, such as `no-cycles-itself`. */
  readonly name: string
  /** `err`, or `ok` for advice. */
  readonly folder: string
}

/** Every golden test whose first name is a code. */
export function examples(): (Example & { readonly code: string })[] {
  const codes = diagnosticCodes()
  return ['err', 'ok'].flatMap((folder) =>
    readdirSync(new URL(folder, golden))
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => file.replace(/\.yaml$/, ''))
      .sort()
      .flatMap((name) => codes.filter((code) => belongs(name, code)).map((code) => ({ name, folder, code }))),
  )
}

const belongs = (name: string, code: string): boolean => name === code || name.startsWith(`${code}-`)

/** The page of each code with its examples written anew, and the index. */
export const diagnosticPages = [
  ...diagnosticCodes().map((code) => page(`${code}.md`, () => withExamples(code))),
  page('README.md', () => index()),
]

function page(name: string, text: () => string): { readonly file: string; text(): Promise<string> } {
  return { file: fileURLToPath(new URL(name, pages)), text: () => Promise.resolve(text()) }
}

const read = (file: string): string => readFileSync(new URL(file, pages), 'utf8')

function withExamples(code: string): string {
  const [prose = ''] = read(`${code}.md`).split(begin)
  const shown = examples().filter((example) => example.code === code)
  const head = prose.trimEnd()
  if (shown.length === 0) return `${head}\n`
  return `${head}\n\n${begin}\n\n## Examples\n\n${shown.map(inMarkdown).join('\n')}`
}

function inMarkdown({ name, folder }: Example): string {
  const text = (ending: string): string => visible(readFileSync(new URL(`${folder}/${name}.${ending}`, golden), 'utf8'))
  return `### ${name}\n\n${fenced('yaml', text('yaml'))}\n${fenced('text', text('out'))}`
}

/** A fence longer than any inside. Of a right file the plan follows the findings, which is of no use here. */
function fenced(language: string, text: string): string {
  const body = language === 'text' ? text.replace(/(\d+ warnings?)\n[^]*$/, '$1\n') : text
  return `\`\`\`\`${language}\n${body.endsWith('\n') ? body : `${body}\n`}\`\`\`\`\n`
}

/** Markdown is text: what cannot be seen is shown as ␀ and its like, and a carriage return not at all. */
const visible = (text: string): string =>
  text
    .replaceAll('\r\n', '\n')
    .replace(/[\u0000-\u0008\u000b-\u001f]/g, (character) => String.fromCharCode(0x2400 + character.charCodeAt(0)))
    .replace(/[\u007f-\u009f\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g, '·')

function index(): string {
  const [head = ''] = read('README.md').split(begin)
  const rows = diagnosticCodes().map((code) => `- [\`${code}\`](${code}.md): ${summaryOf(read(`${code}.md`))}`)
  return `${head.trimEnd()}\n\n${begin}\n\n## Codes\n\n${rows.join('\n')}\n`
}
