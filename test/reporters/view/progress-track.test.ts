import { expect, test } from 'vitest'
import { followEvent, noTrack } from '../../../src/reporters/view/progress-track.ts'
import { startOfRun, upTo } from '../fixtures/event-log.ts'
import { quickstartRun } from '../fixtures/quickstart-run.ts'

const track = upTo(quickstartRun, 6).reduce(followEvent, noTrack)

test('keeps the first and the last progress of a stage', () => {
  expect(track.stages.get('ioi/original/degrade/chain-0')).toMatchObject({
    first: { fraction: 0.25 },
    last: { fraction: 0.75 },
  })
})

test('keeps when each level began and ended', () => {
  expect(track.levels.get('ioi/original')).toEqual({ from: startOfRun + 1000, to: startOfRun + 5000 })
  expect(track.levels.get('ioi/level-00')).toEqual({ from: startOfRun + 5200 })
})
