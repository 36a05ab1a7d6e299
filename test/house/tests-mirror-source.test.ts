import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { filesBelow, root } from './files-below.ts'

/** Folders of test/ that have no room of their own in src/: what they test is the whole. */
const ofTheWhole = ['docs/', 'editor/', 'fuzz/', 'house/', 'e2e/', 'golden/', 'pipelines/', 'rig/']

/** `a/b.long.test.ts` is a test of `a/b.ts`, of `a/b.tsx` or of the folder `a/b`; scripts/ and bench/ are mirrored like src/. */
function isMirrored(test: string): boolean {
  const subject = test.replace(/(\.long)?\.test\.tsx?$/, '')
  const places = /^(scripts|bench)\//.test(subject) ? [subject] : [path.join('src', subject)]
  return places.some((place) =>
    ['', '.ts', '.tsx', '.mjs'].some((ending) => existsSync(path.join(root, place + ending))),
  )
}

describe('test/ mirrors src/', () => {
  const tests = filesBelow('test', /\.test\.tsx?$/).filter(
    (file) => !ofTheWhole.some((folder) => file.startsWith(folder)),
  )

  it.each(tests)('test/%s tests what is named like it', (test) => {
    expect(isMirrored(test)).toBe(true)
  })
  it('would notice a test of nothing', () => {
    expect(isMirrored('base/no-such-thing.test.ts')).toBe(false)
    expect(isMirrored('base/digest.test.ts')).toBe(true)
  })
})
