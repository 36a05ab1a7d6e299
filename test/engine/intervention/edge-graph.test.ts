import { describe, expect, it } from 'vitest'
import { edgeGraph } from '../../../src/engine/intervention/edge-graph.ts'
import { edgeLayout } from '../../../src/engine/intervention/edge-layout.ts'
import { HookedNetwork } from '../../../src/engine/intervention/hooked-network.ts'
import { decoderOf } from '../../../src/engine/model/config.ts'
import { shapesOf } from '../../../src/engine/model/decoder.ts'
import { hookedDecoder } from '../../../src/engine/model/hooked-decoder.ts'
import { makeWeights } from '../../../src/engine/model/weights.ts'
import type { Tensor } from '../../../src/engine/runtime/session.ts'
import { fillByFormula, referenceModels } from '../model/reference-models.ts'

const length = 6
const sequences = 3
const tokens = (shift: number): Int32Array =>
  Int32Array.from({ length: sequences * length }, (_, i) => (i * 7 + shift * (i + 3)) % 11)
const positions = new Int32Array(sequences).fill(length - 1)

function open(title: string) {
  const { config } = referenceModels.find((one) => one.title === title)!
  const decoder = decoderOf(config, 'config.json')
  const weights = makeWeights(shapesOf(decoder))
  for (const [name, { data }] of weights.tensors) fillByFormula(name, data as Float32Array)
  const network = new HookedNetwork(hookedDecoder(decoder, weights), { threads: 1 })
  return { network, layout: edgeLayout(decoder) }
}

/** Logits with the edges cut that `isCut` names, other prompts' values standing in. */
async function cutLogits(
  { network, layout }: ReturnType<typeof open>,
  isCut: (from: string, to: string) => boolean,
): Promise<number[]> {
  const stood: Record<string, Tensor> = {}
  await network.run({ tokens: tokens(1), length, reads: layout.substituted }, ({ value }) => {
    for (const hook of layout.substituted) {
      const [rows, ...rest] = network.shape(hook, length).shape as [number, ...number[]]
      stood[`${hook}.substitute`] = { type: 'float32', shape: [sequences * rows, ...rest], data: value(hook) }
    }
  })
  for (const { input, readers, sources } of layout.groups) {
    const marks = readers.flatMap((to) => sources.map((from) => Number(isCut(from, to))))
    stood[input] = { type: 'float32', shape: [readers.length, sources.length], data: Float32Array.from(marks) }
  }
  const found: number[] = []
  const cut = network.derive((graph) => edgeGraph(graph, layout))
  await cut.run({ tokens: tokens(0), length, positions, inputs: () => stood }, ({ logits }) => {
    found.push(...logits)
  })
  return found
}
async function plainLogits({ network }: ReturnType<typeof open>, shift: number): Promise<number[]> {
  const found: number[] = []
  await network.run({ tokens: tokens(shift), length, positions }, ({ logits }) => {
    found.push(...logits)
  })
  return found
}
const expectClose = (found: readonly number[], wanted: readonly number[]): void => {
  const most = Math.max(...found.map((value, i) => Math.abs(value - wanted[i]!)))
  expect(found).toHaveLength(wanted.length)
  expect(most).toBeLessThan(1e-4)
}

describe.each(['GPT-2', 'Llama', 'GPT-NeoX', 'GPT-NeoX, one part after the other, all dimensions rotated'])(
  'edges of %s',
  (title) => {
    it('none cut: the model itself', async () => {
      const model = open(title)
      expectClose(await cutLogits(model, () => false), await plainLogits(model, 0))
      await model.network.close()
    })
    it('all edges to the logits cut: the other prompts’ logits, whatever else is cut', async () => {
      const model = open(title)
      const wanted = await plainLogits(model, 1)
      expectClose(await cutLogits(model, (_, to) => to === 'logits'), wanted)
      expectClose(await cutLogits(model, () => true), wanted)
      await model.network.close()
    })
    it('all edges out of a head cut: as that head’s output replaced for all who read it', async () => {
      const model = open(title)
      const { network } = model
      let other = new Float32Array(0)
      await network.run({ tokens: tokens(1), length, reads: ['blocks.0.attn.hook_z'] }, ({ value }) => {
        other = Float32Array.from(value('blocks.0.attn.hook_z'))
      })
      const found: number[] = []
      const heads = network.shape('blocks.0.attn.hook_z', length).shape[1]!
      const edit = {
        hook: 'blocks.0.attn.hook_z',
        kind: 'replace' as const,
        fill: (_: object, { source, mask }: { source: Float32Array; mask: Uint8Array }) => {
          source.set(other)
          const perHead = other.length / sequences / heads
          for (let i = 0; i < sequences; i++) mask.fill(1, (i * heads + 1) * perHead, (i * heads + 2) * perHead)
        },
      }
      await network.run({ tokens: tokens(0), length, positions, edits: [edit] }, ({ logits }) => {
        found.push(...logits)
      })
      expectClose(await cutLogits(model, (from) => from === '0.1'), found)
      // One of its edges alone is not the same as all of them.
      const one = await cutLogits(model, (from, to) => from === '0.1' && to === 'logits')
      expect(Math.max(...one.map((value, i) => Math.abs(value - found[i]!)))).toBeGreaterThan(1e-3)
      await network.close()
    })
  },
)

it('has no edge from a head to the MLP of its own block where both read the same stream', () => {
  const readBy = (title: string): readonly string[] => {
    const { config } = referenceModels.find((one) => one.title === title)!
    return edgeLayout(decoderOf(config, 'config.json')).groups.find(({ input }) => input === 'edges.0.mlp')!.sources
  }
  expect(readBy('GPT-NeoX')).toEqual(['embed'])
  expect(readBy('GPT-2')).toContain('0.0')
})

it('says what a graph lacks', async () => {
  const model = open('GPT-NeoX')
  const layout = { ...model.layout, parallel: false }
  await expect(cutLogits({ ...model, layout }, () => false)).rejects.toThrow(
    /"blocks.0.hook_mlp_out" does not depend on "blocks.0.hook_resid_mid"/,
  )
  await model.network.close()
})
