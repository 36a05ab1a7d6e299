import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs'
import { isAbsolute, join, relative } from 'node:path'
import { ModelError } from '../../model/config-fields.ts'

/** Gives the bytes that `external_data` entries point to. Throws {@link ModelError}. */
export type ExternalReader = (
  entries: readonly { readonly key?: string; readonly value?: string }[],
  use: ExternalUse,
) => Uint8Array
export interface ExternalUse {
  /** Which tensor of which file, for messages. */
  readonly where: string
  /** Bytes that the tensor's shape and type need. */
  readonly bytes: number
}

/** For bytes without a folder around them: a tensor stored elsewhere cannot be had. */
export const noExternalData: ExternalReader = (_, { where }) => {
  throw new ModelError(`${where} lies in another file, and there is no folder to look for it`)
}

/**
 * Reads tensors beside the model: `location` must stay in the model's folder (links followed), the range in its file.
 * Equal ranges are read once; ranges that overlap to more than twice a file's size are refused.
 */
export function externalData(folder: string): ExternalReader {
  const ranges = new Map<string, Uint8Array>()
  const readFrom = new Map<string, number>()
  return (entries, { where, bytes }) => {
    const fields = new Map(entries.map(({ key, value }) => [key ?? '', value ?? '']))
    const file = placeOf(fields.get('location') ?? '', folder, where)
    const offset = wholeNumber(fields.get('offset') ?? '0', 'offset', where)
    const length = wholeNumber(fields.get('length') ?? String(bytes), 'length', where)
    if (length !== bytes)
      throw new ModelError(`${where} needs ${bytes} bytes and claims ${length} of ${fields.get('location')}`)
    const key = `${offset}:${length}:${file}`
    const found = ranges.get(key)
    if (found !== undefined) return found
    const before = readFrom.get(file) ?? 0
    const made = readRange({ file, offset, length, before }, where)
    ranges.set(key, made)
    readFrom.set(file, before + length)
    return made
  }
}

/** The file at a location of the model's folder, links followed. Throws {@link ModelError} where that leaves the folder. */
export function placeOf(location: string, folder: string, where: string): string {
  const escapes = (path: string): boolean => isAbsolute(path) || /^\.\.([\\/]|$)/.test(path)
  if (
    location === '' ||
    isAbsolute(location) ||
    /^[a-z]:|^\\|\0/i.test(location) ||
    location.split(/[\\/]/).includes('..')
  )
    throw new ModelError(
      `${where} points to external data at ${JSON.stringify(location)}; only files in the model's folder are read`,
    )
  try {
    const file = realpathSync(join(folder, location))
    if (!escapes(relative(realpathSync(folder), file))) return file
  } catch (error) {
    throw new ModelError(`${where} is kept in ${location}, which cannot be read (${(error as Error).message})`)
  }
  throw new ModelError(
    `${where} is kept in ${location}, a link that leaves the model's folder; it is not read. Copy the folder with what its links point to (cp -rL)`,
  )
}

function wholeNumber(text: string, name: string, where: string): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(value)) throw new ModelError(`${where} has the external ${name} ${JSON.stringify(text)}`)
  return value
}

interface Range {
  readonly file: string
  readonly offset: number
  readonly length: number
  /** Bytes of this file that were read for other tensors. */
  readonly before: number
}
function readRange({ file, offset, length, before }: Range, where: string): Uint8Array {
  const handle = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK) // a pipe would be waited for
  try {
    const info = fstatSync(handle)
    if (!info.isFile()) throw new ModelError(`${where} is kept in ${file}, which is no file`)
    if (offset + length > info.size)
      throw new ModelError(`${where} claims bytes ${offset} to ${offset + length} of ${file}, which has ${info.size}`)
    if (before + length > 2 * info.size)
      throw new ModelError(`${where}: tensors share the bytes of ${file} more than twice over`)
    const bytes = new Uint8Array(length)
    let got = 0
    while (got < length) {
      const count = readSync(handle, bytes, got, Math.min(length - got, 1 << 30), offset + got)
      if (count === 0) throw new ModelError(`${where}: ${file} became shorter while it was read`)
      got += count
    }
    return bytes
  } finally {
    closeSync(handle)
  }
}
