import { describe, expect, it } from 'vitest'
import { evaluateDeferred, evaluateExpression, evaluateTemplate } from '../../src/compiler/expressions.ts'

describe('evaluateExpression', () => {
  const values = { params: { x: 3, name: 'tiny', 'learning-rate': 0.5, list: [1, 2] }, 'natural-scale': { loss: 6.5 } }
  it.each([
    ['5 + 0.5', 5.5],
    ['params.x / 2', 1.5],
    ['1 / 2', 0.5],
    ['params.x * 2 - 1', 5],
    ['params.x % 2', 1],
    ['natural-scale.loss - params.x', 3.5],
    ['natural-scale.loss-params.x', 3.5],
    ['params.learning-rate * 2', 1],
    ['params.x > 2 ? "big" : "small"', 'big'],
    ['params.name + "-" + string(params.x)', 'tiny-3'],
    ['params.list[1]', 2],
    ['size(params.list) + 0.5', 2.5],
    ['[1, 2].map(x, x * 2)', [2, 4]],
    ['{"loss": params.x}', { loss: 3 }],
    ['"natural-scale.loss 5"', 'natural-scale.loss 5'],
    ['round(log(exp(2.0)))', 2],
    ['min(params.x, 2)', 2],
    ['1e3 + .5', 1000.5],
    ['mean(params.list)', 1.5],
    ['max(params.list) - min(params.list)', 1],
    ['sum(params.list.map(x, x * x))', 5],
  ])('%s', (source, value) => {
    expect(evaluateExpression(source, values)).toEqual({ ok: true, value })
  })
  it.each(['1 / 0', 'params.missing', '1 +', '"a" + 1'])('%s has no value', (source) => {
    expect(evaluateExpression(source, values)).toMatchObject({ ok: false, error: expect.any(String) as string })
  })
})

describe('evaluateTemplate', () => {
  const values = { params: { x: 0.95, flag: true, list: [1, 'a'] } }
  it('keeps the type of an expression that stands alone', () => {
    expect(evaluateTemplate({ a: '${params.x}', b: ['${params.flag}', '${params.list}'] }, values)).toEqual({
      ok: true,
      value: { a: 0.95, b: [true, [1, 'a']] },
    })
  })
  it('joins text', () => {
    expect(evaluateTemplate('accuracy >= ${params.x} (${params.flag})', values)).toEqual({
      ok: true,
      value: 'accuracy >= 0.95 (true)',
    })
  })
  it('leaves $${ as it is meant', () => {
    expect(evaluateTemplate('$${params.x}', values)).toEqual({ ok: true, value: '${params.x}' })
  })
  it('finds the closing brace after nested maps and quotes', () => {
    expect(evaluateTemplate('${{"a": "}"}["a"] + "x"}!', values)).toEqual({ ok: true, value: '}x!' })
  })
  it('names the expression that fails', () => {
    expect(evaluateTemplate('${params.y}', values)).toMatchObject({
      ok: false,
      error: expect.stringContaining('`${params.y}` cannot be computed') as string,
    })
  })
})

describe('evaluateDeferred', () => {
  it('reads numbers, records and parameters', () => {
    const deferred = {
      expression: '{"loss":"${a.loss * params.k}"}',
      template: { loss: '${a.loss * params.k}', name: '${a.info.name}' },
      params: { k: 2 },
      needs: [
        { stage: 'a', output: 'loss' },
        { stage: 'a', output: 'info' },
      ],
    }
    expect(evaluateDeferred(deferred, { a: { loss: 3, info: { name: 'x' } } })).toEqual({
      ok: true,
      value: { loss: 6, name: 'x' },
    })
  })
  it('averages a metric over chains and draws', () => {
    const metrics = {
      metrics: {
        'logit-difference': {
          unit: 'logits',
          items: 10,
          values: [
            [1, 2],
            [3, 6],
          ],
        },
      },
    }
    const deferred = { expression: '${t.metrics.logit-difference.mean}', needs: [{ stage: 't', output: 'metrics' }] }
    expect(evaluateDeferred(deferred, { t: { metrics } })).toEqual({ ok: true, value: 3 })
  })
  it('reads the values of a list in order, metrics as elsewhere', () => {
    const metricsOf = (value: number): object => ({
      metrics: { 'logit-difference': { unit: 'logits', items: 1, values: [[value]] } },
    })
    const list = [1, 5].map((x) => metricsOf(x) as never)
    const deferred = {
      expression: '${t.metrics.map(m, m["logit-difference"].mean)[1] + mean(g.loss) * matrix.k}',
      matrix: { k: 10 },
      needs: [
        { stage: 't', output: 'metrics', from: { list: [] } },
        { stage: 'g', output: 'loss', from: { list: [] } },
      ],
    }
    expect(evaluateDeferred(deferred, { t: { metrics: list }, g: { loss: [1, 2] } })).toEqual({ ok: true, value: 20 })
  })
  it('says that an empty list has no mean', () => {
    const deferred = { expression: '${mean(g.loss)}', needs: [{ stage: 'g', output: 'loss', from: { list: [] } }] }
    expect(evaluateDeferred(deferred, { g: { loss: [] } })).toMatchObject({ ok: false })
  })
  it('says which output is not there', () => {
    const deferred = { expression: '${a.loss}', needs: [{ stage: 'a', output: 'loss' }] }
    expect(evaluateDeferred(deferred, {})).toEqual({
      ok: false,
      error: 'a.loss has no value that `${a.loss}` could read',
    })
  })
})
