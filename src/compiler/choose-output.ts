import type { OutputPort } from '../stage/stage-kind.ts'
import type { Reference } from './reference.ts'

/** Of the outputs that fit a port the only one, else the one named like the port or like its own type. */
export function chooseOutput<T extends OutputPort>(
  outputs: readonly (readonly [string, T])[],
  { name, port }: Pick<Reference, 'name' | 'port'>,
): { readonly chosen: readonly [string, T] | undefined; readonly fitting: readonly (readonly [string, T])[] } {
  const fitting = outputs.filter(([, { type }]) => port.accepts.includes(type))
  const named = fitting.find(([output]) => output === name) ?? fitting.find(([output, { type }]) => output === type)
  return { chosen: fitting.length === 1 ? fitting[0] : named, fitting }
}
