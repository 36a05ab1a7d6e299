import { describe, expect, it } from 'vitest'
import { readDocument } from '../../src/compiler/document.ts'
import { toJson } from '../../src/compiler/node.ts'

const read = (text: string): ReturnType<typeof readDocument> => readDocument({ file: '/x.yaml', text })
const found = (text: string): string[] =>
  read(text).diagnostics.map(({ code, span }) => `${code} ${String(span.line)}:${String(span.column)}`)

describe('readDocument', () => {
  it('counts columns alike for LF and CRLF', () => {
    expect(found('a: 1\r\nb: 1\r\nb: 2\r\n')).toEqual(['keys-are-unique 3:1'])
    expect(found('a: 1\nb: 1\nb: 2\n')).toEqual(['keys-are-unique 3:1'])
  })
  it('puts a small number in the place of one that cannot be held', () => {
    const { root, diagnostics } = read('a: [1e999, .nan, 9007199254740993, 9007199254740991, 1e300]')
    expect(diagnostics.map(({ code }) => code)).toEqual(Array.from({ length: 3 }, () => 'numbers-are-exact'))
    expect(root && toJson(root)).toEqual({ a: [1, 2, 3, 9007199254740991, 1e300] })
  })
  it('leaves the same digits alone in quotes', () => {
    expect(found('a: "9007199254740993"')).toEqual([])
  })
  it('points at the alias that unfolds too far', () => {
    const list = (item: string): string => `[${Array.from({ length: 60 }, () => item).join(', ')}]`
    expect(found(`a: &a ${list('1')}\nb: &b ${list('*a')}\nc: &c ${list('*b')}\n`)).toEqual([
      'document-is-bounded 3:108',
    ])
  })
  it('lets the stack traces of others be', () => {
    const before = Error.stackTraceLimit
    read('a: "\n')
    expect(Error.stackTraceLimit).toBe(before)
  })
  it.each([
    '- \u200d',
    'a: \u00a0x',
    'a: 👩‍👩‍👧',
    'a: م‏ن',
    'a: e\u0301',
    'a: "\\u0000\\u202e"',
    'a: "x\ty"',
    'a: |\n  x\n  \ty\n',
  ])('takes %j for visible', (text) => {
    expect(found(text)).toEqual([])
  })
  it.each(['a: \u0007', 'a: \u200b', '# \u202e', 'a: x\rb: y', 'a:\n\u00a0 b: 1'])(
    'does not take %j for visible',
    (text) => {
      expect(found(text).some((one) => one.startsWith('characters-are-visible'))).toBe(true)
    },
  )
})
