import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { ModelError } from '../../model/config-fields.ts'
import { readWholeFile } from '../../model/read-whole-file.ts'
import { decodeModelMessage, ProtobufError } from './decode-message.ts'
import { placeOf } from './external-data.ts'

/**
 * The files beside an ONNX file that its tensors are kept in, as the file writes them, each once. Throws ModelError where
 * one would leave the file's folder. None of a file that cannot be decoded: reading it says what is wrong.
 */
export async function externalFiles(file: string): Promise<string[]> {
  const found = new Set<string>()
  try {
    collect(decodeModelMessage(await readWholeFile(file)), found)
  } catch (error) {
    if (error instanceof ProtobufError) return []
    throw error
  }
  for (const location of found) {
    const place = placeOf(location, dirname(file), `${file}: a tensor`)
    // Whoever copies what is no file, such as a pipe, waits for it.
    if (!statSync(place).isFile()) throw new ModelError(`${file}: a tensor is kept in ${location}, which is no file`)
  }
  return [...found]
}

/** Tensors are initializers, attributes, and both again in subgraphs and functions. */
function collect(message: unknown, found: Set<string>): void {
  if (Array.isArray(message)) {
    // Numbers hold no tensors, and a list of them may be long.
    if (typeof message[0] === 'object') for (const one of message) collect(one, found)
    return
  }
  if (typeof message !== 'object' || message === null || message instanceof Uint8Array) return
  const { externalData } = message as { readonly externalData?: readonly { key?: string; value?: string }[] }
  const location = externalData?.find(({ key }) => key === 'location')?.value
  if (location !== undefined) found.add(location)
  for (const value of Object.values(message)) collect(value, found)
}
