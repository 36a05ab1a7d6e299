import { expect, test, vi } from 'vitest'
import { emptyState } from '../../../src/orchestrator/state.ts'
import { RunStore } from '../../../src/reporters/tui/run-store.ts'
import { quickstartRun } from '../fixtures/quickstart-run.ts'

test('a burst of events is drawn once, and the snapshot stays the same object between draws', () => {
  vi.useFakeTimers()
  const store = new RunStore()
  const draw = vi.fn()
  store.subscribe(draw)
  const before = store.read()
  for (const event of quickstartRun) store.add(event, emptyState, ['line'])
  expect(draw).not.toHaveBeenCalled()
  expect(store.read()).toBe(before)
  vi.runAllTimers()
  expect(draw).toHaveBeenCalledTimes(1)
  expect(store.read().scrollback).toEqual([])
  store.toggleStream()
  expect(store.read().scrollback).toHaveLength(quickstartRun.length)
  vi.useRealTimers()
})

test('the end is drawn at once', () => {
  const store = new RunStore()
  const draw = vi.fn()
  const leave = store.subscribe(draw)
  store.end()
  expect(draw).toHaveBeenCalledTimes(1)
  expect(store.read().over).toBe(true)
  leave()
  store.end()
  expect(draw).toHaveBeenCalledTimes(1)
})

test('what has to be said stands among the plain lines, in order', () => {
  const store = new RunStore()
  const [event] = quickstartRun
  store.add(event!, emptyState, ['one'])
  store.say('cancelling\n')
  store.toggleStream()
  store.add(event!, emptyState, ['two'])
  store.toggleStream()
  store.add(event!, emptyState, ['three'])
  store.end()
  expect(store.read().scrollback).toEqual(['cancelling', 'one', 'two'])
})
