import { createHash } from 'node:crypto'
import { createReadStream, readFileSync } from 'node:fs'
import { digestOfBytes, type Digest } from '../../base/digest.ts'

/** Files from this size on are read in pieces, so that neither memory nor the event loop is held by them. */
const streamFrom = 8 * 1024 * 1024

export async function hashFile(path: string, bytes: number): Promise<Digest> {
  if (bytes < streamFrom) return digestOfBytes(readFileSync(path))
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(chunk as Buffer)
  return `sha256:${hash.digest('hex')}`
}
