import { statSync } from 'node:fs'
import { dirname } from 'node:path'

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your share of the disk is used up',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'its links lead in a circle',
  EEXIST: 'something that is no folder is in the way',
  ENOENT: 'nothing can be made there',
}

/** Why a file or folder could not be written, in words: what the system says is for programmers. */
export function whyNotWritten(path: string, error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  const file = fileAbove(path)
  if (['ENOTDIR', 'EEXIST', 'ENOENT'].includes(code) && file !== undefined) return `${file} is a file, not a folder`
  return Object.hasOwn(reasons, code) ? (reasons[code] ?? message) : message
}

/** The file that stands where a path wants a folder. */
function fileAbove(path: string): string | undefined {
  for (let folder = dirname(path); dirname(folder) !== folder; folder = dirname(folder)) {
    try {
      return statSync(folder).isDirectory() ? undefined : folder
    } catch {
      // Not there: one further up may be in the way.
    }
  }
  return undefined
}
