import { expect, test } from 'vitest'
import { chooseReporter } from '../../src/reporters/choose-reporter.ts'

const terminal = { isTTY: true, env: { LANG: 'C.UTF-8', TERM: 'xterm' }, flags: {} }

test('a person at a terminal gets the live view, a pipe gets lines', () => {
  expect(chooseReporter(terminal)).toBe('tui')
  expect(chooseReporter({ ...terminal, isTTY: false })).toBe('plain')
})

test.each([{ CI: 'true' }, { CI: '1' }, { TERM: 'dumb' }, { LC_ALL: 'C' }])(
  'lines where the terminal cannot or should not redraw: %o',
  (env) => {
    expect(chooseReporter({ ...terminal, env: { ...terminal.env, ...env } })).toBe('plain')
  },
)

test.each([{ CI: '' }, { CI: 'false' }, { CI: '0' }])('an unset CI is no CI: %o', (env) => {
  expect(chooseReporter({ ...terminal, env: { ...terminal.env, ...env } })).toBe('tui')
})

test('flags win, --json first', () => {
  expect(chooseReporter({ ...terminal, flags: { plain: true } })).toBe('plain')
  expect(chooseReporter({ ...terminal, flags: { json: true, plain: true } })).toBe('json')
})
