import type { Argument, Command, Option } from 'commander'

/** What can stand in a place of the command line: one of a few words, a path of some sort, or anything. */
export type Place =
  | { readonly type: 'words'; readonly words: readonly string[] }
  | { readonly type: 'pipelines' | 'files' | 'folders' | 'runs' | 'anything' }

export interface CompletedOption {
  /** With dashes: `--format`. */
  readonly long: string
  /** With its dash: `-p`. */
  readonly short?: string
  readonly description: string
  /** Whether it may be given more than once. */
  readonly isMany: boolean
  /** What its value is; absent where it takes none. */
  readonly value?: Place
}
export interface CompletedCommand {
  readonly name: string
  readonly description: string
  readonly options: readonly CompletedOption[]
  /** What its arguments are; absent where it takes none. The last goes on for a list. */
  readonly arguments: readonly { readonly name: string; readonly place: Place; readonly isMany: boolean }[]
}

/** What a shell can complete after `assay`: read from the commands themselves, so that none is forgotten. */
export interface Completions {
  readonly commands: readonly CompletedCommand[]
  readonly options: readonly CompletedOption[]
}

/** Words that only the program knows, for the arguments of these names. */
export interface KnownWords {
  readonly kind: readonly string[]
  readonly code: readonly string[]
}

export function completionsOf(program: Command, known: KnownWords): Completions {
  const help = program.createHelp()
  const optionsOf = (command: Command): CompletedOption[] => help.visibleOptions(command).flatMap(readOption)
  const commands = help.visibleCommands(program)
  return {
    options: optionsOf(program),
    commands: commands.map((command) => ({
      name: command.name(),
      description: command.name() === 'help' ? 'print help for a command' : command.description(),
      options: command.name() === 'help' ? [] : optionsOf(command),
      arguments:
        command.name() === 'help'
          ? [{ name: 'command', place: { type: 'words', words: commands.map((one) => one.name()) }, isMany: false }]
          : command.registeredArguments.map((argument) => ({
              name: argument.name(),
              place: placeOfArgument(argument, known),
              isMany: argument.variadic,
            })),
    })),
  }
}

function readOption(option: Option): CompletedOption[] {
  const { long, short, description, argChoices, required, optional, variadic, flags } = option
  if (long === undefined) return []
  const takesValue = required || optional
  const value: Place =
    argChoices !== undefined
      ? { type: 'words', words: argChoices }
      : placeNamed(/<([^>.]+)(?:\.\.\.)?>/.exec(flags)?.[1] ?? '')
  const isMany = variadic || /\brepeat/.test(description)
  return [{ long, description, isMany, ...(short === undefined ? {} : { short }), ...(takesValue ? { value } : {}) }]
}

function placeOfArgument(argument: Argument, known: KnownWords): Place {
  if (argument.argChoices !== undefined) return { type: 'words', words: argument.argChoices }
  const name = argument.name()
  if (name === 'kind' || name === 'code') return { type: 'words', words: known[name] }
  return ['file', 'files'].includes(name) ? { type: 'pipelines' } : placeNamed(name)
}

/** By the name that help shows for it. */
function placeNamed(name: string): Place {
  if (['file', 'to', 'place'].includes(name)) return { type: 'files' }
  if (name === 'run') return { type: 'runs' }
  if (['dir', 'folder'].includes(name)) return { type: 'folders' }
  return { type: 'anything' }
}
