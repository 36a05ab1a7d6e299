import { expect, test } from 'vitest'
import { parametersPage } from '../../src/cli/parameters-page.ts'

test('a line a tensor, with how much of it is selected', () => {
  const tensors = [
    { name: 'h.0.attn.c_attn.weight', shape: [8, 24], elements: 96 },
    { name: 'wte', shape: [2, 3], elements: 6 },
  ]
  expect(parametersPage({ select: 'head 0.1 + wte', elements: 102, of: 1000, tensors })).toBe(
    [
      'head 0.1 + wte: 102 of 1000 weights (10.2 %) in 2 tensors',
      '  h.0.attn.c_attn.weight  [8, 24]  96 of 192',
      '  wte                     [2, 3]   6',
      '',
    ].join('\n'),
  )
})
