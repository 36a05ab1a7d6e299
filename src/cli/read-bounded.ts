import { closeSync, openSync, readSync } from 'node:fs'

/**
 * The first `limit` bytes of a file, or all of it where it is shorter: a huge file, or one without an end such as
 * /dev/zero, is not worth the memory. Throws what the file system says.
 */
export function readBounded(path: string, limit: number): Buffer {
  const file = openSync(path, 'r')
  try {
    const chunks: Buffer[] = []
    let length = 0
    while (length < limit) {
      const chunk = Buffer.alloc(Math.min(1 << 20, limit - length))
      const count = readSync(file, chunk)
      if (count === 0) break
      chunks.push(chunk.subarray(0, count))
      length += count
    }
    return Buffer.concat(chunks)
  } finally {
    closeSync(file)
  }
}
