import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

/**
 * The bytes of a file, which must be one: a pipe would be waited for, and a device never ends. Throws Error, also for more
 * bytes than `most`.
 */
export async function readWholeFile(path: string, most = 2 ** 31 - 1): Promise<Buffer> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const info = await handle.stat()
    if (info.isDirectory()) throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' })
    if (!info.isFile()) throw new Error('it is no file')
    if (info.size > most) throw new Error(`it has ${info.size} bytes, more than the ${most} that are read`)
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}
