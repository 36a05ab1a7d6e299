import { describe, expect, it } from 'vitest'
import type { HookedNetwork, HookEdit, HookRun } from '../../../src/engine/intervention/hooked-network.ts'
import { HookedNetwork as Network } from '../../../src/engine/intervention/hooked-network.ts'
import { markSite } from '../../../src/engine/intervention/site.ts'
import { decoderOf } from '../../../src/engine/model/config.ts'
import { shapesOf } from '../../../src/engine/model/decoder.ts'
import { hookedDecoder } from '../../../src/engine/model/hooked-decoder.ts'
import { makeWeights } from '../../../src/engine/model/weights.ts'
import { fillByFormula, referenceModels } from '../model/reference-models.ts'

const { config } = referenceModels[0]!
const length = 6
const sequences = 5
const tokens = (shift: number): Int32Array =>
  Int32Array.from({ length: sequences * length }, (_, i) => (i * 7 + shift * (i + 3)) % 11)
const last = new Int32Array(sequences).fill(length - 1)

function open(options: { memory?: number; change?: (name: string, data: Float32Array) => void } = {}): HookedNetwork {
  const decoder = decoderOf(config, 'config.json')
  const weights = makeWeights(shapesOf(decoder))
  for (const [name, { data }] of weights.tensors) {
    fillByFormula(name, data as Float32Array)
    options.change?.(name, data as Float32Array)
  }
  return new Network(hookedDecoder(decoder, weights), { threads: 1, memory: options.memory ?? 2 ** 28 })
}

/** Logits of every sequence, and how many batches it took. */
async function logitsOf(network: HookedNetwork, run: Partial<HookRun>): Promise<{ logits: number[]; batches: number }> {
  const logits: number[] = []
  let batches = 0
  await network.run({ tokens: tokens(0), length, positions: last, ...run }, (batch) => {
    expect(batch.first).toBe(logits.length / 11)
    logits.push(...batch.logits)
    batches++
  })
  return { logits, batches }
}

async function activations(network: HookedNetwork, hook: string, shift: number): Promise<Float32Array> {
  const all: number[] = []
  await network.run({ tokens: tokens(shift), length, reads: [hook] }, ({ value }) => {
    all.push(...value(hook))
  })
  return Float32Array.from(all)
}

const replaceAll = (hook: string, from: Float32Array): HookEdit => ({
  hook,
  kind: 'replace',
  fill: ({ first, count }, { source, mask, stride }) => {
    source.set(from.subarray(first * stride, (first + count) * stride))
    mask.fill(1)
  },
})

describe('a hooked network', () => {
  it('gives another run’s logits where the stream is another run’s, at every layer', async () => {
    const network = open()
    const wanted = (await logitsOf(network, { tokens: tokens(1) })).logits
    for (const hook of ['blocks.0.hook_resid_pre', 'blocks.1.hook_resid_pre', 'blocks.1.hook_resid_post']) {
      const edit = replaceAll(hook, await activations(network, hook, 1))
      expect((await logitsOf(network, { edits: [edit] })).logits).toEqual(wanted)
    }
    await network.close()
  })

  it('changes nothing, to the bit, where the mask is empty', async () => {
    const network = open()
    const edit: HookEdit = { hook: 'blocks.0.attn.hook_z', kind: 'replace', fill: () => undefined }
    expect((await logitsOf(network, { edits: [edit] })).logits).toEqual((await logitsOf(network, {})).logits)
    await network.close()
  })

  it('setting a head to zero is as zeroing its rows of the output matrix', async () => {
    const network = open()
    const zero: HookEdit = {
      hook: 'blocks.1.attn.hook_z',
      kind: 'replace',
      fill: ({ count }, { mask, site }) => {
        for (let i = 0; i < count; i++) markSite(mask, site, { sequence: i, heads: [2] })
      },
    }
    // Width 16, 4 heads: head 2 feeds rows 8 to 11 of the projection.
    const without = open({
      change: (name, data) => name === 'h.1.attn.c_proj.weight' && data.fill(0, 8 * 16, 12 * 16),
    })
    const [found, wanted] = [await logitsOf(network, { edits: [zero] }), await logitsOf(without, {})]
    found.logits.forEach((logit, i) => {
      expect(Math.abs(logit - wanted.logits[i]!)).toBeLessThan(1e-5)
    })
    await network.close()
    await without.close()
  })

  it('gives the same numbers in many small batches as in one, a short last one included', async () => {
    const [large, small] = [open(), open({ memory: 1100 })]
    const edits = [replaceAll('blocks.1.hook_resid_pre', await activations(large, 'blocks.1.hook_resid_pre', 1))]
    const [one, many] = [await logitsOf(large, { edits }), await logitsOf(small, { edits })]
    expect(one.batches).toBe(1)
    expect(many.batches).toBe(3)
    expect(many.logits).toEqual(one.logits)
    await large.close()
    await small.close()
  })

  it('refuses what it cannot do in one clear sentence', async () => {
    const network = open()
    const nothing = (): void => undefined
    await expect(network.run({ tokens: tokens(0), length, reads: ['blocks.9.hook_z'] }, nothing)).rejects.toThrow(
      /no hook "blocks.9.hook_z"; there are blocks.0.hook_resid_pre, /,
    )
    await expect(network.run({ tokens: tokens(0), length: 7 }, nothing)).rejects.toThrow(/not whole sequences of 7/)
    await expect(network.run({ tokens: new Int32Array(20), length: 20 }, nothing)).rejects.toThrow(/context of 12/)
    await expect(network.run({ tokens: Int32Array.of(99), length: 1 }, nothing)).rejects.toThrow(/token 99 is outside/)
    await network.close()
  })
})
