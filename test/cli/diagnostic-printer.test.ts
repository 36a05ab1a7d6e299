import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '../../src/base/diagnostic.ts'
import { nameOf, printDiagnostic, summary } from '../../src/cli/diagnostic-printer.ts'

const at = (line: number, column: number, length: number): Diagnostic => ({
  code: 'some-rule',
  severity: 'error',
  message: 'this is wrong',
  span: { file: '/p/x.yaml', line, column, offset: 0, length },
})
const print = (diagnostic: Diagnostic, text: string): string[] =>
  printDiagnostic(diagnostic, { textOf: () => text, cwd: '/p', color: false }).split('\n')

describe('printDiagnostic', () => {
  it('underlines the token with two lines around it', () => {
    expect(print(at(3, 3, 4), 'one\ntwo\n  word x\nfour\nfive\nsix\n')).toEqual([
      'x.yaml:3:3: error[some-rule]: this is wrong',
      '  1 | one',
      '  2 | two',
      '  3 |   word x',
      '    |   ^~~~',
      '  4 | four',
      '  5 | five',
      '',
    ])
  })
  it('keeps the mark within its line, and under a token after tabs', () => {
    expect(print(at(1, 2, 99), '\tab\nnext\n').slice(1, 3)).toEqual(['  1 |  ab', '    |  ^~'])
  })
  it('shows the part of a long line where the token is', () => {
    const [, row = '', mark = ''] = print(at(1, 5001, 4), `${'x'.repeat(5000)}word${'x'.repeat(5000)}`)
    expect(row.length).toBeLessThan(200)
    expect(row.slice(mark.indexOf('^'), mark.indexOf('^') + 4)).toBe('word')
  })
  it('lets no control character of the file through', () => {
    expect(print({ ...at(1, 1, 1), message: 'bad \u001b[31m name' }, 'a\u001b[31mb').join('\n')).not.toContain('\u001b')
  })
  it('shows the message alone where the text is not there', () => {
    const printed = printDiagnostic(at(3, 1, 1), { textOf: () => undefined, cwd: '/q', color: false })
    expect(printed).toBe('/p/x.yaml:3:1: error[some-rule]: this is wrong\n')
  })
})

describe('nameOf', () => {
  it('is relative below the folder, absolute elsewhere', () => {
    expect(nameOf('/p/a/x.yaml', '/p')).toBe('a/x.yaml')
    expect(nameOf('/q/x.yaml', '/p')).toBe('/q/x.yaml')
  })
})

it('counts', () => {
  expect(summary([at(1, 1, 1), { ...at(1, 1, 1), severity: 'warning' }, at(1, 1, 1)])).toBe('2 errors, 1 warning')
})
