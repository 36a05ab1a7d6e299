import { didYouMean } from '../../base/did-you-mean.ts'
import type { Diagnostic, SourceSpan } from '../../base/diagnostic.ts'
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
