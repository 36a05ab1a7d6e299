import { copyFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { byteLevelBpe } from './byte-level-bpe.ts'

/**
 * Puts the `tokenizer.json` of a folder into another: a copy, or what `vocab.json` with `merges.txt` amount to. Whether
 * there is one. Throws StageError for files that are no tokenizer.
 */
export async function copyTokenizer(from: string, to: string): Promise<boolean> {
  const file = join(from, 'tokenizer.json')
  const isThere = (await stat(file).catch(() => undefined))?.isFile() === true
  if (isThere) await copyFile(file, join(to, 'tokenizer.json'))
  const other = isThere ? undefined : await byteLevelBpe(from)
  if (other !== undefined) await writeFile(join(to, 'tokenizer.json'), JSON.stringify(other))
  return isThere || other !== undefined
}
