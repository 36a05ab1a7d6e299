import { describe, expect, it } from 'vitest'
import { analyze } from '../../../src/compiler/expression/analyze.ts'
import { rewrite } from '../../../src/compiler/expression/rewrite.ts'
import type { Scope, ScopeType } from '../../../src/compiler/expression/scope.ts'

const scope: Scope = new Map([
  [
    'params',
    {
      kind: 'map',
      what: 'parameter',
      fields: new Map([
        ['x', { kind: 'double' }],
        ['learning-rate', { kind: 'double' }],
      ]),
    },
  ],
  [
    'natural-scale',
    {
      kind: 'map',
      what: 'output',
      fields: new Map([
        ['loss', { kind: 'double' }],
        ['model', { kind: 'unreadable', what: 'model' }],
      ]),
    },
  ],
  ...['double', 'double-2'].map((name): [string, ScopeType] => [
    name,
    { kind: 'map', what: 'output', fields: new Map([['loss', { kind: 'double' }]]) },
  ]),
  ['cells', { kind: 'map', what: 'output', fields: new Map([['loss', { kind: 'list', of: 'double' }]]) }],
])

describe('rewrite', () => {
  it.each([
    ['5 + .5', '5.0 + 0.5'],
    ['params.x-1', 'params.x-1.0'],
    ['params.learning-rate-params.x', 'params.learningZrate-params.x'],
    ['natural-scale.loss', 'naturalZscale.loss'],
    ['unnatural-scale.loss', 'unnatural-scale.loss'],
    ['"natural-scale 5"', '"natural-scale 5"'],
    ['list[0] + [1, 2][1]', 'list[0] + [1.0, 2.0][1]'],
    ['cells.loss[params.x - 1] * 2', 'cells.loss[int(params.x - 1.0)] * 2.0'],
    [
      'cells.loss[int(params.x)] + cells.loss[cells.loss[0]]',
      'cells.loss[int(int(params.x))] + cells.loss[int(cells.loss[0])]',
    ],
    ['cells.loss[ 0 ]', 'cells.loss[ 0 ]'],
    ['cells.loss[params.x', 'cells.loss[params.x'],
    ['0x1F + 1e3 + 2.5', '0x1F + 1e3 + 2.5'],
    ['a1 + 12', 'a1 + 12.0'],
    ['double.loss + double-2.loss', 'Double.loss + doubleZ2.loss'],
    ['double + google', 'Double + google'],
    [
      'cells.loss.map(double, double * params.x)[0] + double.loss',
      'cells.loss.map(double, double * params.x)[0] + Double.loss',
    ],
    ['cells.loss.all(double, (double > 2) && f(double)', 'cells.loss.all(double, (double > 2.0) && f(double)'],
  ])('%s becomes %s', (source, cel) => {
    expect(rewrite(source, scope).cel).toBe(cel)
  })
  it('leads every offset of a name back to the source', () => {
    const source = '1 + .5 + 22 * params.x'
    const { cel, toSource } = rewrite(source, scope)
    expect(toSource(cel.indexOf('params'))).toBe(source.indexOf('params'))
    expect(toSource(0)).toBe(0)
  })
  it('leads back over a computed index', () => {
    const source = 'cells.loss[params.x - 1] + params.x'
    const { cel, toSource } = rewrite(source, scope)
    expect(toSource(cel.lastIndexOf('params'))).toBe(source.lastIndexOf('params'))
    expect(toSource(cel.indexOf('params'))).toBe(source.indexOf('params'))
  })
})

describe('analyze', () => {
  const problem = (source: string): string => {
    const analysis = analyze(source, scope)
    if (analysis.ok) return `fine: ${analysis.type}`
    return analysis.problems.map(({ start, end, message }) => `${source.slice(start, end)}: ${message}`).join('; ')
  }
  it.each([
    ['params.x > 2', 'fine: bool'],
    ['cells.loss[params.x - 1]', 'fine: double'],
    ['double.loss + double-2.loss', 'fine: double'],
    ['"double@n=1" == "x"', 'fine: bool'],
    ['double@n=1.loss', 'double@n=: an expression takes a cell of a matrix by its place'],
    ['{ params.x }', '{ params.x }: an expression stands in one pair of braces'],
    ['{"a": params.x}', 'fine: map<string, double>'],
    ['Double.loss', 'Double: there is nothing called `Double`'],
    ['cells.loss.map(double, double * 2)', 'fine: list<double>'],
    ['1 + 2 + params.y', 'y: `params` has no parameter `y`'],
    ['1 + 2 + nothing', 'nothing: there is nothing called `nothing`'],
    ['1 + un-natural.loss', 'un-natural: there is nothing called `un-natural`'],
    ['natural-scale.model', 'natural-scale.model: `natural-scale.model` is a model, which an expression cannot read'],
    ['natural-scale', 'natural-scale: `natural-scale` is no value by itself'],
    ['1 + 1 + (2 + "a")', '2 + "a": the types in `2 + "a"` do not fit: number + text'],
    ['params.z + params.w', 'z: `params` has no parameter `z`; w: `params` has no parameter `w`'],
  ])('%s: %s', (source, expected) => {
    expect(problem(source)).toBe(expected)
  })
})
