import type { Command } from 'commander'
import { UserError } from './user-error.ts'

/** Parameters of a pipeline as given by `-p name=value`, by name, as text. */
export type ParamTexts = Readonly<Record<string, string>>

/** What a command is told of parameters. */
export interface ParamOptions {
  readonly param: ParamTexts
  /** A file of values; `-p` wins over it. */
  readonly params?: string
}

/** Adds the repeatable `-p name=value` and `--params file` to a command; the action gets {@link ParamOptions}. */
export const withParams = (command: Command): Command =>
  command
    .option('-p, --param <name=value>', 'set a parameter of the pipeline (repeat for several)', readParam, {})
    .option('--params <file>', 'set parameters from a YAML or JSON file of `name: value`; -p wins')

/** Throws UserError where there is no `=`. The last value of a name wins. */
export function readParam(text: string, before: ParamTexts): ParamTexts {
  const at = text.indexOf('=')
  if (at < 1) throw new UserError(`-p ${text} sets nothing`, 'write `-p name=value`')
  return Object.fromEntries([...Object.entries(before), [text.slice(0, at), text.slice(at + 1)]])
}
