import { axisOf } from '../../onnx/broadcast.ts'
import { GraphError } from '../../onnx/graph.ts'
import { intAttribute } from '../../onnx/ops.ts'
import type { GradientRule } from '../rule.ts'

export const normalization = {
  /**
   * y = x̂·γ + β, x̂ = (x − μ)·r: with h = dy·γ, dx = r·(h − mean(h) − x̂·mean(h·x̂)). Uses the operator's own mean and
   * inverse deviation when the graph asks for them (three outputs), so nothing is computed twice.
   */
  LayerNormalization: ({ g, x: [x, scale], y: [, mean, deviation], dy: [dy], name, attributes, wants }) => {
    if (mean === undefined || deviation === undefined)
      throw new GraphError(
        `node "${name}": a LayerNormalization to be differentiated needs its outputs Mean and InvStdDev`,
      )
    const axis = axisOf(intAttribute(attributes, 'axis', -1), x!.shape.length)
    const axes = g.ints(x!.shape.flatMap((_, i) => (i >= axis ? [i] : [])))
    const normal = g.add('Mul', [g.add('Sub', [x!, mean]), deviation])
    const scaled = g.add('Mul', [dy!, scale!])
    const average = g.add('ReduceMean', [scaled, axes])
    const lean = g.add('ReduceMean', [g.add('Mul', [scaled, normal]), axes])
    const centred = g.add('Sub', [g.add('Sub', [scaled, average]), g.add('Mul', [normal, lean])])
    return [wants(0) ? g.add('Mul', [centred, deviation]) : null, wants(1) ? g.add('Mul', [dy!, normal]) : null, dy!]
  },
} satisfies Record<string, GradientRule>
