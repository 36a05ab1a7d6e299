import type { StageCatalog } from '../src/stage/catalog.ts'
import type { StageKind, StageRole } from '../src/stage/stage-kind.ts'
import { exampleOf } from '../src/cli/kind-example.ts'
import { roleTitles, sectionsOf, type Fact } from '../src/cli/kind-facts.ts'
import { natureOf } from '../src/cli/kind-page.ts'

const begin = '<!-- From here to the end: generated from the stage kinds by `npm run generate`. -->'

/** The language reference with its part about the kinds, everything from the mark on, written anew. */
export function withKinds(page: string, catalog: StageCatalog): string {
  const [rules] = page.split(begin)
  return `${(rules ?? '').trimEnd()}\n\n${begin}\n\n${kindsInMarkdown(catalog)}`
}

function kindsInMarkdown(catalog: StageCatalog): string {
  const sections = byRole(catalog).map(({ title, kinds }) => {
    const rows = kinds.map(({ name, summary }) => `- [\`${name}\`](kinds/${name}.md): ${sentence(summary)}`)
    return `## ${title}\n\n${rows.join('\n')}`
  })
  return `${['# The kinds', 'Each has a page with its parameters, ports, metrics, source, and a pipeline that runs.', ...sections].join('\n\n')}\n`
}

/** Roles that have kinds, in the order in which they are documented. */
function byRole(catalog: StageCatalog): { readonly title: string; readonly kinds: readonly StageKind[] }[] {
  return (Object.keys(roleTitles) as StageRole[])
    .map((role) => ({ title: plain(roleTitles[role]), kinds: catalog.all().filter((kind) => kind.role === role) }))
    .filter(({ kinds }) => kinds.length > 0)
}

/** The page of one kind; `pipeline` is the text of a file that runs it. */
export function kindPage(kind: StageKind, catalog: StageCatalog, pipeline: string | undefined): string {
  const file = `pipelines/kinds/${kind.name}.yaml`
  const runs =
    pipeline === undefined
      ? []
      : [`## A pipeline that runs`, `\`npx assay run ${file}\`:`, `\`\`\`yaml\n${pipeline.trimEnd()}\n\`\`\``]
  const notice = '<!-- Generated from the stage kind and its pipeline by `npm run generate`. -->'
  return `${[notice, kindInMarkdown(kind, catalog), ...runs].join('\n\n')}\n`
}

function kindInMarkdown(kind: StageKind, catalog: StageCatalog): string {
  const facts = sectionsOf(kind).map(
    ({ title, facts }) => `## ${title}\n\n${facts.map((fact) => `- ${inMarkdown(fact)}`).join('\n')}`,
  )
  return [
    `# ${kind.name}`,
    `${sentence(kind.summary)} _${capital(natureOf(kind))}._`,
    ...(kind.source === undefined ? [] : [`Source: ${escaped(kind.source)}.`]),
    ...facts,
    '## As a stage',
    `\`\`\`yaml\n${exampleOf(kind, catalog).join('\n')}\n\`\`\``,
  ].join('\n\n')
}

function inMarkdown({ name, type, note, text }: Fact): string {
  const about = note === '' ? '' : `, ${note.replace(/^default (.*)$/, 'default `$1`')}`
  return `**\`${name}\`** (${escaped(type)}${about})${text === '' ? '' : `: ${escaped(text)}`}`
}

const plain = (title: string): string => title.replace(/ \(.*/, '')
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
const sentence = (text: string): string => escaped(/[.!?]$/.test(text) ? text : `${text}.`)
/** What Markdown would read as its own, outside of `code`. */
const escaped = (text: string): string =>
  text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith('`') ? part : part.replace(/[*_<>[\]\\|]/g, '\\$&')))
    .join('')
