import { basename } from 'node:path'
import type { StageInput } from '../../stage/artifact.ts'
import { readText } from '../datasets/read-text.ts'
import { StageError } from '../../stage/stage-context.ts'

/** Lists of words by name, from a record or a JSON file. Throws StageError naming the list that is missing or empty. */
export async function readWordLists<N extends string>(
  input: StageInput,
  names: readonly N[],
): Promise<Record<N, readonly string[]>> {
  const source = input.path === undefined ? 'the record' : basename(input.path)
  const value = input.path === undefined ? input.value : parse(await readText(input.path), source)
  const lists = (value ?? {}) as Partial<Record<N, unknown>>
  for (const name of names) {
    const list = lists[name]
    if (!Array.isArray(list) || list.length === 0 || !list.every((word) => typeof word === 'string'))
      throw new StageError(`${source} has no list of words \`${name}\``, `It needs the lists ${names.join(', ')}.`)
  }
  return lists as Record<N, readonly string[]>
}

function parse(text: string, source: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new StageError(`${source} is not JSON (${(error as Error).message})`)
  }
}
