import { describe, expect, it } from 'vitest'
import type { HookedNetwork } from '../../../src/engine/intervention/hooked-network.ts'
import { openLanguageModel } from '../../../src/engine/model/open.ts'
import { referenceFolder, referenceModels, type ReferenceModel } from './reference-models.ts'

async function read(network: HookedNetwork, { tokens }: ReferenceModel): Promise<Map<string, Float32Array>> {
  const found = new Map<string, Float32Array>()
  const reads = network.hooks.map(({ name }) => name)
  await network.run({ tokens: Int32Array.from(tokens.flat()), length: tokens[0]!.length, reads }, ({ value }) => {
    for (const name of reads) found.set(name, value(name))
  })
  return found
}

describe.each(referenceModels)('hook points of $title', (reference) => {
  it('agree with an independent fp64 reference', async () => {
    const model = await openLanguageModel(await referenceFolder(reference.config), { threads: 1 })
    const found = await read(model.hooked!, reference)
    await model.close()
    for (const [name, wanted] of Object.entries(reference.hooks)) {
      const values = [...found.get(name)!]
      const sums = [
        values.reduce((sum, x) => sum + x, 0),
        values.reduce((sum, x) => sum + x * x, 0),
        values.reduce((sum, x, i) => sum + x * Math.sin(0.7 * (i + 1)), 0),
      ]
      // fp32 errors of each value add up at worst: 1e-5 of the sum of magnitudes.
      const size = values.reduce((sum, x) => sum + Math.abs(x) * Math.max(1, Math.abs(x)), 1)
      sums.forEach((sum, i) => {
        expect(Math.abs(sum - wanted[i]!), `${name} ${i}`).toBeLessThan(1e-5 * size)
      })
    }
    // Scores are masked by −1e9, which no reference in fp64 shares; every other hook is in the reference.
    const names = [...found.keys()].filter((name) => !name.endsWith('hook_attn_scores'))
    expect(names.toSorted()).toEqual(Object.keys(reference.hooks).toSorted())
  })
  it('have the logits of the model itself', async () => {
    const model = await openLanguageModel(await referenceFolder(reference.config), { threads: 1 })
    const tokens = Int32Array.from(reference.tokens.flat())
    const length = reference.tokens[0]!.length
    const positions = Int32Array.from({ length: 2 * length }, (_, i) => i % length)
    await model.hooked!.run({ tokens, length, positions }, ({ logits }) => {
      reference.logits.flat(2).forEach((wanted, i) => {
        expect(Math.abs(logits[i]! - wanted)).toBeLessThan(1e-4)
      })
    })
    await model.close()
  })
})
