import { expect, test } from 'vitest'
import { wouldDecide } from '../../../../src/lab/searches/coarsest/would-decide.ts'

test('twice as near the threshold costs four times as much', () => {
  const at = (mean: number) => wouldDecide({ threshold: 0.9 }, { mean, low: mean - 0.04, high: mean + 0.04 }, 'draws')
  expect(at(0.92)).toEqual({ by: 'draws', times: 4 })
  expect(at(0.91)).toEqual({ by: 'draws', times: 16 })
  expect(at(0.88)).toEqual({ by: 'draws', times: 4 })
})
test('at the threshold itself no number is named', () => {
  expect(wouldDecide({ threshold: 0.9 }, { mean: 0.9, low: 0.8, high: 1 }, 'items')).toEqual({ by: 'items' })
})
test('where nothing is drawn at random nothing more can be', () => {
  expect(wouldDecide({ threshold: 0.9 }, { mean: 0.91, low: 0.8, high: 1 }, undefined)).toEqual({ by: 'nothing' })
})
