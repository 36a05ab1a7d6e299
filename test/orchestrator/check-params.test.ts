import { describe, expect, it } from 'vitest'
import { checkParams } from '../../src/orchestrator/check-params.ts'
import type { StageKind } from '../../src/stage/stage-kind.ts'
import { catalog } from '../rig/orchestrator-toy-catalog.ts'

const kind = (name: string): StageKind => {
  const found = catalog.get(name)
  if (found === undefined) throw new Error(name)
  return found
}

describe('checking parameters at run time', () => {
  it('fills defaults in and leaves what was given as it is', () => {
    const given = { steps: 2 }
    expect(checkParams(kind('toy-chain'), given)).toEqual({ ok: true, value: { steps: 2, pause: 0 } })
    expect(given).toEqual({ steps: 2 })
  })

  it('allows a seed where something is drawn, and only there', () => {
    expect(checkParams(kind('toy-chain'), { steps: 2, seed: 3 })).toEqual({
      ok: true,
      value: { steps: 2, pause: 0, seed: 3 },
    })
    expect(checkParams(kind('toy-number'), { value: 2, seed: 3 })).toMatchObject({
      ok: false,
      error: expect.stringMatching(/it has no key seed/) as string,
    })
  })

  it.each([
    [{ steps: 0 }, 'steps must be at least 1, but is 0'],
    [{ steps: 1.5 }, 'steps must be a whole number, but is 1.5'],
    [{ stps: 1 }, 'it needs steps; it has no key stps (did you mean steps?)'],
    [{ steps: 1, pause: 'long' }, 'pause must be a number, but is "long"'],
    [{ steps: 1, seed: 0.5 }, 'seed must be a whole number, but is 0.5'],
  ])('says of %j what is wrong', (params, error) => {
    expect(checkParams(kind('toy-chain'), params)).toEqual({ ok: false, error })
  })
})
