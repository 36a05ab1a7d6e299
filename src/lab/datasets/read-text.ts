import { readWholeFile } from '../../engine/model/read-whole-file.ts'
import { basename } from 'node:path'
import { StageError } from '../../stage/stage-context.ts'

/**
 * A text file of the user's. UTF-8 is read strictly: bytes in another encoding would silently become other text. Throws
 * StageError for a folder, a file that cannot be read, and one that is no text.
 */
export async function readText(file: string): Promise<string> {
  const bytes = await readWholeFile(file).catch((cause: unknown) => {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'EISDIR')
      throw new StageError(`${basename(file)} is a folder, where a text file is needed`, 'Name a file in it.')
    throw new StageError(`${basename(file)} cannot be read (${message})`)
  })
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new StageError(
      `${basename(file)} cannot be read as UTF-8 text: it has other bytes in it`,
      'Save it as UTF-8; or perhaps it is not the file that was meant.',
    )
  }
}
