import { createRequire } from 'node:module'
import { compileFunction } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codeOf } from '../../scripts/ready-validators.mjs'
import type { JsonObject } from '../../src/base/json.ts'
import { closedSchema } from '../../src/compiler/closed-schema.ts'
import { validateParams } from '../../src/compiler/validate-params.ts'
import { catalog } from '../../src/lab/index.ts'

type Validator = (value: unknown) => boolean

function evaluate(code: string): Validator {
  const module: { exports?: Validator } = {}
  const define = compileFunction(code, ['module', 'require']) as (of: typeof module, require: unknown) => void
  define(module, createRequire(import.meta.url))
  if (module.exports === undefined) throw new Error('the code exports nothing')
  return module.exports
}

describe('validators that are written beforehand', async () => {
  const kinds = catalog.all()
  const ready = await codeOf(kinds, closedSchema)

  it('are there for every kind', () => {
    expect(Object.keys(ready)).toEqual(catalog.names())
  })

  it('accept the same parameters as those compiled at run time, and fill in the same defaults', () => {
    const values = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.integer({ min: -2, max: 300 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom('mixed', 'accuracy >= 0.95', './file.txt', 'relative'),
    )
    let accepted = 0
    for (const kind of kinds) {
      const { whole, partial } = ready[kind.name] ?? { whole: '', partial: '' }
      const [isWhole, isPartial] = [evaluate(whole), evaluate(partial)]
      const names = Object.keys(kind.params.properties)
      const object = fc.dictionary(fc.constantFrom('unknown', ...names), values, { maxKeys: 3 })
      fc.assert(
        fc.property(object, (given) => {
          const params = JSON.parse(JSON.stringify(given)) as JsonObject
          const filled = structuredClone(params)
          const compiled = validateParams(kind.params, params)
          expect(isWhole(filled)).toBe(compiled.problems.length === 0)
          if (compiled.problems.length === 0) expect(filled).toEqual(compiled.value)
          const fits = isPartial(structuredClone(params))
          expect(fits).toBe(validateParams(kind.params, params, { partial: true }).problems.length === 0)
          accepted += Number(fits)
        }),
        { numRuns: 40, seed: 7 },
      )
    }
    expect(accepted).toBeGreaterThan(kinds.length) // else the values were all wrong, and nothing was compared
  })
})
