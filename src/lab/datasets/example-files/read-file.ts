import { readWholeFile } from '../../../engine/model/read-whole-file.ts'
import { basename } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { StageError } from '../../../stage/stage-context.ts'

/** What a gzip file may grow to: more than the data sets meant here, less than a file made to fill the memory. */
const mostBytes = 2 ** 31 - 1

/** The bytes of a file, unpacked where it is gzip. Throws StageError. */
export async function readPlain(path: string): Promise<Buffer> {
  const bytes = await readWholeFile(path).catch((cause: unknown) => {
    throw new StageError(`${basename(path)} cannot be read (${cause instanceof Error ? cause.message : String(cause)})`)
  })
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return gunzipSync(bytes, { maxOutputLength: mostBytes })
  } catch (cause) {
    throw new StageError(
      `${basename(path)} is no whole gzip file (${cause instanceof Error ? cause.message : String(cause)})`,
    )
  }
}
