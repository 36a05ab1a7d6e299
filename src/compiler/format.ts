import type { Diagnostic } from '../base/diagnostic.ts'
import { err, ok, type Result } from '../base/result.ts'
import { readDocument } from './document.ts'
import { toJson, type YamlNode } from './node.ts'
import { orderSections } from './order-sections.ts'
import type { Source } from './source.ts'

/**
 * The text of a pipeline file in the house style: indentation 2, one space where there is one, lines up to 120
 * characters, the top-level keys in the order in which people read them. Comments, the values as written and the order
 * of everything else stay. Diagnostics where the file is no YAML; that it is a right pipeline is not asked.
 *
 * Prettier does the work, as in editors that format YAML, so the two never disagree. What comes out says the same as
 * what went in: it is read back and compared, and a text of which that is not so (sixty lists inside each other) stays as it is.
 */
export async function formatPipeline(source: Source): Promise<Result<string, readonly Diagnostic[]>> {
  const { root, diagnostics } = readDocument(source)
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) return err(errors)
  const isCrlf = source.text.includes('\r\n')
  const meaning = root === undefined ? undefined : inWords(root)
  const spaced = await prettify(source.text.replaceAll('\r\n', '\n')).catch(() => undefined)
  if (spaced === undefined || meaningOf(spaced) !== meaning) return ok(source.text)
  const ordered = await inOrder(spaced)
  // A value that would change by moving (the anchor of an alias, a text that keeps its last empty lines) stays.
  const text = meaningOf(ordered) === meaning ? ordered : spaced
  return ok(isCrlf ? text.replaceAll('\n', '\r\n') : text)
}

async function inOrder(text: string): Promise<string> {
  const { root } = readDocument({ file: '', text })
  const ordered = orderSections(text, root)
  return ordered === text ? text : prettify(ordered)
}

/** What a text says, whatever the order of its keys; nothing where it says nothing or cannot be read. */
function meaningOf(text: string): string | undefined {
  const { root, diagnostics } = readDocument({ file: '', text })
  const isRight = root !== undefined && !diagnostics.some(({ severity }) => severity === 'error')
  return isRight ? inWords(root) : undefined
}

/** A value as text, its topmost keys sorted. */
function inWords(root: YamlNode): string {
  const entries = root.kind === 'map' ? [...root.entries].sort((a, b) => (a.key < b.key ? -1 : 1)) : []
  const value = root.kind === 'map' ? entries.map((entry) => [entry.key, toJson(entry.value)]) : toJson(root)
  return JSON.stringify(value)
}

async function prettify(text: string): Promise<string> {
  // Loaded late: only `assay fmt` formats.
  const [{ format }, yaml] = await Promise.all([import('prettier/standalone'), import('prettier/plugins/yaml')])
  return format(text, { parser: 'yaml', plugins: [yaml], printWidth: 120 })
}
