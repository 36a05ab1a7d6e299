import { expect, test } from 'vitest'
import { failureLines } from '../../../src/reporters/view/failure-lines.ts'

test('what a stage threw comes with its help; its stack only where asked', () => {
  const failure = { reason: 'stage-threw', message: 'cut short', help: 'copy it again', stack: 'at x' } as const
  expect(failureLines(failure, false)).toEqual({ message: 'cut short', help: 'copy it again' })
  expect(failureLines(failure, true).stack).toBe('at x')
})

test('an exit code is told; a kill says what it often means; a fault of ours says so', () => {
  expect(failureLines({ reason: 'exit', message: 'the worker ended', code: 3 }, false).message).toBe(
    'the worker ended (exit code 3)',
  )
  expect(failureLines({ reason: 'signal', message: 'killed', signal: 'SIGKILL' }, false).help).toContain('memory')
  expect(failureLines({ reason: 'signal', message: 'killed', signal: 'SIGTERM' }, false).help).toBeUndefined()
  expect(failureLines({ reason: 'internal', message: 'x is undefined' }, false).help).toContain('fault of assay')
})

test('the last words of a command stand apart; a timeout says where to raise it', () => {
  const failure = { reason: 'exit', message: 'its command failed', code: 3, said: 'one\ntwo' } as const
  expect(failureLines(failure, false).message).toBe('its command failed (exit code 3); it last said:\n  | one\n  | two')
  expect(failureLines({ reason: 'timeout', message: 'too long', seconds: 1 }, false).help).toContain('timeout:')
})
