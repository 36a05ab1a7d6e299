import { didYouMean } from '../../base/did-you-mean.ts'
import type { Diagnostic, SourceSpan } from '../../base/diagnostic.ts'
import type { MapEntry } from '../node.ts'
import { suggest } from '../report.ts'

const code = 'commands-are-valid'

/** Law: a command says what it runs, and each output where it is left and of what type it is. */
export const wrongCommand = (message: string, span: SourceSpan, help: string): Diagnostic => ({
  code,
  severity: 'error',
  message,
  span,
  help,
})

/** Law: each output has a place of its own. */
export const outputsShareAPlace = (entry: MapEntry, other: MapEntry): Diagnostic => ({
  code,
  severity: 'error',
  message: `the outputs \`${other.key}\` and \`${entry.key}\` are left at one place`,
  span: entry.keySpan,
  help: 'give each a path of its own, not inside that of another',
  related: [{ message: `\`${other.key}\` is declared here`, span: other.keySpan }],
})

/** Law: `${inputs.x}` and `${outputs.y}` name ports that the command declares. */
export const noSuchPort = (
  what: 'input' | 'output',
  name: string,
  { span, names }: { span: SourceSpan; names: readonly string[] },
): Diagnostic => ({
  code,
  severity: 'error',
  message: `this command has no ${what} \`${name}\``,
  span,
  help:
    names.length === 0
      ? `declare it: \`${what}s: { ${name}: … }\``
      : suggest(didYouMean(name, names), names, `${what}s`),
})

/** Law: a command finds the files that it is given, since it runs in a folder of its own. `known`: an input that is this file. */
export const fileNotGiven = (word: string, span: SourceSpan, known: string | undefined): Diagnostic => ({
  code,
  severity: 'warning',
  message: `\`${word}\` lies beside the pipeline, but a command runs in a folder of its own, with its inputs alone`,
  span,
  help:
    known === undefined
      ? `declare it, \`inputs: { name: ${word.startsWith('.') ? word : `./${word}`} }\`, and write \`\${inputs.name}\``
      : `write \`\${inputs.${known}}\``,
})
