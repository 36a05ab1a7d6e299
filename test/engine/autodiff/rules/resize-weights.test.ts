import * as ort from 'onnxruntime-node'
import { expect, test } from 'vitest'
import { resizeWeights } from '../../../../src/engine/autodiff/rules/resize-weights.ts'
import { GraphBuilder, text } from '../../../../src/engine/onnx/builder.ts'
import { encodeModel } from '../../../../src/engine/onnx/codec.ts'

interface Sizing {
  readonly from: number
  readonly scale?: number
  readonly to?: number
}
const modes = ['half_pixel', 'pytorch_half_pixel', 'asymmetric', 'align_corners']
const roundings = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil']
/** Scales whose products and quotients lie on an edge of single precision, and one that changes nothing. */
const sizings: readonly Sizing[] = [
  ...[0.3, 0.6, 0.9, 1.1, 1.7, 2.5].flatMap((scale) => [5, 7].map((from) => ({ from, scale }))),
  ...[3, 4, 8, 12].flatMap((to) => [7, 10].map((from) => ({ from, to }))),
]

/** The matrix of a Resize of the last axis, from the rule and from onnxruntime: what it makes of unit vectors. */
async function matrices({ from, scale, to }: Sizing, texts: Readonly<Record<string, string>>): Promise<number[][]> {
  const attributes = Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, text(value)]))
  const g = new GraphBuilder('resize')
  const x = g.input('x', 'float32', [1, 1, from, from])
  const scales = scale === undefined ? null : g.constant('float32', [1, 1, 1, scale])
  const sizes = to === undefined ? null : g.constant('int64', [1, 1, from, to])
  const y = g.add('Resize', [x, null, scales, sizes], { attributes })
  const session = await ort.InferenceSession.create(encodeModel(g.build([y])), { logSeverityLevel: 4 })
  const unit = Float32Array.from({ length: from * from }, (_, i) => (i % (from + 1) === 0 ? 1 : 0))
  const found = (await session.run({ x: new ort.Tensor('float32', unit, [1, 1, from, from]) }))[y.name]!
  await session.release()
  const size = found.dims[3]!
  const rows = Array.from({ length: size * from }, (_, i) =>
    Number(found.data[(i % from) * size + Math.floor(i / from)]),
  )
  const known = [
    undefined,
    undefined,
    scale === undefined ? scale : [1, 1, 1, Math.fround(scale)],
    to === undefined ? to : [1, 1, from, to],
  ]
  const weights = resizeWeights({
    ...{ op: 'Resize', name: 'resize', attributes, x: [x, undefined, scales ?? undefined, sizes ?? undefined] },
    constant: (i: number) => known[i],
  } as unknown as Parameters<typeof resizeWeights>[0])
  const identity = Array.from(unit)
  return [weights[3] ?? identity, rows]
}

test.each(modes)('%s: the nearest neighbour is the one onnxruntime takes', async (mode) => {
  for (const sizing of sizings)
    for (const nearest of roundings) {
      const texts = { mode: 'nearest', nearest_mode: nearest, coordinate_transformation_mode: mode }
      const [ours, theirs] = await matrices(sizing, texts)
      expect([sizing, nearest, ours]).toEqual([sizing, nearest, theirs])
    }
})

// Of half_pixel_symmetric onnxruntime's kernels for nearest and for linear differ between each other in the last bit.
test.each([...modes, 'half_pixel_symmetric'])('%s: weights of neighbours are those of onnxruntime', async (mode) => {
  for (const sizing of sizings)
    for (const kind of ['linear', 'cubic']) {
      const [ours, theirs] = await matrices(sizing, { mode: kind, coordinate_transformation_mode: mode })
      ours!.forEach((weight, i) => {
        expect(weight).toBeCloseTo(theirs![i]!, 5)
      })
    }
})
