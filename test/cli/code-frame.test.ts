import { describe, expect, it } from 'vitest'
import { frameLine, windowFor } from '../../src/cli/code-frame.ts'

const frame = (line: string, word: string, columns = 80): { shown: string; mark: string } => {
  const token = { start: line.indexOf(word), length: word.length }
  return frameLine(line, windowFor(line, token, columns), token)
}

describe('a line and the mark under a token', () => {
  it('counts wide characters as two columns', () => {
    expect(frame('名前: word', 'word').mark).toBe('      ^~~~')
    expect(frame('a: 漢字', '漢字').mark).toBe('   ^~~~')
  })
  it('counts emoji as two columns and what combines with a letter as none', () => {
    expect(frame('👩: word', 'word').mark).toBe('    ^~~~')
    expect(frame('e\u0301: word', 'word').mark).toBe('   ^~~~')
  })
  it('gives a tab one column, and one to what cannot be seen', () => {
    expect(frame('\ta: word', 'word')).toEqual({ shown: ' a: word', mark: '    ^~~~' })
    expect(frame('\u200ba\u0000\u001b[31m\u202e word', 'word')).toEqual({
      shown: '·a··[31m· word',
      mark: '          ^~~~',
    })
  })
  it('marks one column where the token is an end of line', () => {
    expect(frameLine('ab', { from: 0, columns: 80 }, { start: 2, length: 1 })).toEqual({ shown: 'ab', mark: '  ^' })
  })
  it('shows a line that just fits as it is', () => {
    expect(frame(`${'x'.repeat(76)}word`, 'word').shown).toBe(`${'x'.repeat(76)}word`)
  })
  it('cuts a long line on both sides, to the columns there are, with the token in sight', () => {
    const { shown, mark } = frame(`${'x'.repeat(500)}word${'y'.repeat(500)}`, 'word', 60)
    expect(shown).toHaveLength(60)
    expect(shown).toMatch(/^….*….?$/)
    expect(shown.slice(mark.indexOf('^'), mark.indexOf('^') + 4)).toBe('word')
  })
  it('cuts no character in two', () => {
    for (const columns of [40, 41, 42, 43]) {
      const { shown } = frame(`${'👩'.repeat(200)}word${'👩'.repeat(200)}`, 'word', columns)
      expect(shown).toMatch(/^…👩+word👩+…$/u)
    }
  })
  it('does not mark beyond what is shown', () => {
    const { shown, mark } = frame('z'.repeat(5000), 'z'.repeat(5000), 50)
    expect(mark.length).toBeLessThanOrEqual(shown.length)
  })
})
