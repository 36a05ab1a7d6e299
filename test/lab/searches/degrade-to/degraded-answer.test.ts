import { expect, test } from 'vitest'
import { doses } from '../../../../src/lab/degradations/doses.ts'
import type { Course } from '../../../../src/lab/searches/degrade-to/course.ts'
import { answerOf } from '../../../../src/lab/searches/degrade-to/degraded-answer.ts'
import type { TriedDose } from '../../../../src/lab/searches/degrade-to/try-doses.ts'
import { ref } from '../coarsest/synthetic.ts'

const model = ref('model', 'the model')
const course: Course = {
  given: { target: { accuracy: 0.9 }, metric: 'accuracy', tolerance: 0.05, tries: 12, grid: 8 },
  ...{ steps: [], turned: 0, dose: doses['noise']!, model, inputs: {}, results: {} },
}
const goal = { of: 'accuracy', target: 0.9, own: 1, from: 1 } as const
const tried = (name: string, isThere: boolean, { off, se }: { off: number; se: number }): TriedDose => ({
  ...{ name, dose: 1, label: name, coldness: 1 / (2 + off), off, isThere, model, value: { mean: 0.9 - off, se } },
})

test('a dose that is there goes before one that is nearer by its mean and is known not to be there', () => {
  const answer = answerOf(course, goal, {
    tried: [tried('near', false, { off: 0.01, se: 0.001 }), tried('there', true, { off: 0.03, se: 0.05 })],
    stop: 'reached',
  })
  expect(answer).toMatchObject({ reached: true, nearest: 'there' })
})
test('the nearest is the one nearest by its mean where none is there', () => {
  const answer = answerOf(course, goal, {
    tried: [tried('far', false, { off: 0.3, se: 0.01 }), tried('near', false, { off: -0.1, se: 0.01 })],
    stop: 'tries-spent',
  })
  expect(answer).toMatchObject({ reached: false, nearest: 'near' })
})
