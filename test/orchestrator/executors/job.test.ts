import { describe, expect, it } from 'vitest'
import { firstNonJson } from '../../../src/orchestrator/executors/job.ts'

describe('finding what JSON cannot hold', () => {
  it.each<[unknown, ReturnType<typeof firstNonJson>]>([
    [{ a: [1, 'x', null, true, { b: undefined }] }, undefined],
    [NaN, { path: 'out', what: 'the number NaN' }],
    [{ a: [{ b: 1 }, { b: -Infinity }] }, { path: 'out.a[1].b', what: 'the number -Infinity' }],
    [[undefined], { path: 'out[0]', what: 'a value of type undefined' }],
    [{ n: 1n }, { path: 'out.n', what: 'a value of type bigint' }],
    [{ w: new Float32Array(2) }, { path: 'out.w', what: 'an object of class Float32Array' }],
    [{ when: new Date() }, { path: 'out.when', what: 'an object of class Date' }],
  ])('in %o', (value, expected) => {
    expect(firstNonJson(value, 'out')).toEqual(expected)
  })
})
