import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { filesBelow, root } from './files-below.ts'

/** An absolute path of somebody's machine, at the start of a word. */
const machinePath = /(?<![\w.:/-])(\/(home|root|Users|work|tmp|private|var|mnt|scratch)\/[\w.-]+|[A-Z]:\\Users\\)/

describe('what is committed for others to run again', () => {
  const records = ['runs', 'pipelines'].flatMap((folder) =>
    filesBelow(folder, /\.(jsonl?|ya?ml|html|md|txt)$/).map((file) => `${folder}/${file}`),
  )

  it('knows a machine path when it sees one', () => {
    expect(machinePath.exec('{"file":"/home/ada/project/x.yaml"}')?.[1]).toBe('/home/ada')
    expect(machinePath.exec('see https://example.org/home/page and ./tmp/x')).toBeNull()
  })
  it.each(records)('%s names no place of one machine', (file) => {
    expect(machinePath.exec(readFileSync(path.join(root, file), 'utf8'))?.[0]).toBeUndefined()
  })
})
