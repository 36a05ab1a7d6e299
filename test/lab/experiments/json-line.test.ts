import { expect, it } from 'vitest'
import { jsonLine } from '../../../src/lab/experiments/json-line.ts'

it('gives the fields of a line, and none of what is no JSON or null', () => {
  expect(jsonLine('{"prompt": "a"}')).toEqual({ prompt: 'a' })
  expect(jsonLine('rubbish')).toEqual({})
  expect(jsonLine('null')).toEqual({})
})
