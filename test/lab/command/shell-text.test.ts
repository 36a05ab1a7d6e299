import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quote, shellText } from '../../../src/lab/command/shell-text.ts'

const argumentsOf = (text: string): string[] =>
  execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${text}`])
    .toString()
    .split('\0')
    .slice(0, -1)
const odd = `it's a "$HOME" \`x\` \\ * \n end`

describe('the text for the shell', () => {
  it.each([
    ['outside quotes', '', ''],
    ['inside double quotes', '"', '"'],
    ['inside single quotes', "'", "'"],
    ['after an escaped quote', String.raw`\"`, String.raw`\"`],
    ['after quotes that are closed', `'"'"'"`, ''],
  ])('puts a path in as one word %s', (_name, before, after) => {
    const text = shellText([{ text: before }, { input: 'x' }, { text: after }], { inputs: { x: [odd] }, outputs: {} })
    const plain = argumentsOf(`${before}MARK${after}`)
    expect(argumentsOf(text)).toEqual(plain.map((word) => word.replace('MARK', odd)))
  })

  it('puts a list in as one word each, or as one text inside quotes', () => {
    const names = { inputs: { x: ['a b', 'c'] }, outputs: {} }
    expect(argumentsOf(shellText([{ input: 'x' }], names))).toEqual(['a b', 'c'])
    expect(argumentsOf(shellText([{ text: '"' }, { input: 'x' }, { text: '"' }], names))).toEqual(['a b c'])
  })

  it('leaves plain words plain', () => {
    expect(quote('/store/a-b_1.json')).toBe('/store/a-b_1.json')
    expect(quote('')).toBe("''")
  })

  it('keeps every text as it is', () => {
    const text = fc.string({ unit: 'binary', maxLength: 12 }).filter((one) => !one.includes('\0'))
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 20 }), (words) => {
        expect(argumentsOf(words.map(quote).join(' '))).toEqual(words)
      }),
      { numRuns: 20 },
    )
  })

  it('throws on a name that is not there', () => {
    expect(() => shellText([{ input: 'y' }], { inputs: {}, outputs: {} })).toThrow('names y')
  })
})
