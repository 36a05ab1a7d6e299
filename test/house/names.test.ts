import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { filesBelow } from './files-below.ts'

const files = ['src', 'scripts', 'bench', 'test'].flatMap((folder) =>
  filesBelow(folder, /\.(m?[jt]s|tsx)$/).map((file) => `${folder}/${file}`),
)
const word = (file: string): string => path.basename(file).replace(/(\.long)?(\.test)?(\.(d|as|generated))?\.\w+$/, '')

describe('names of files', () => {
  it('are found', () => {
    expect(files.length).toBeGreaterThan(50)
  })
  it('are in kebab case', () => {
    expect(files.filter((file) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(word(file)))).toEqual([])
  })
  it('say what is in them', () => {
    const vague = /^(utils?|helpers?|managers?|common|misc|shared|lib|tools?)$/
    expect(
      files.filter((file) =>
        file
          .split('/')
          .slice(1, -1)
          .concat(word(file))
          .some((part) => vague.test(part)),
      ),
    ).toEqual([])
  })
})
