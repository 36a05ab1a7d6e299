import { sameShape } from '../onnx/broadcast.ts'
import type { GraphBuilder, Value } from '../onnx/builder.ts'
import { GraphError, sizeOf } from '../onnx/graph.ts'

/** Where a walk begins when it is not at a scalar loss: a value whose gradient the graph computes by itself. */
export interface GradientStart {
  readonly value: string
  /** Name of the value that holds ∂loss/∂value, of the same shape. */
  readonly gradient: string
  /** Values that are taken as given: their own gradient is found, what they were made from gets none through them. */
  readonly given?: ReadonlySet<string>
}

/** The value the walk begins at, and its gradient: 1 for a scalar loss. Throws {@link GraphError} on other shapes. */
export function startOf(
  g: GraphBuilder,
  loss: string | GradientStart,
): { readonly value: string; readonly seed: Value } {
  if (typeof loss === 'string') {
    const { type, shape } = g.value(loss)
    if (sizeOf(shape) !== 1)
      throw new GraphError(`the loss "${loss}" has shape [${shape.join(', ')}], a scalar is needed`)
    return { value: loss, seed: g.constant(type, [1], shape) }
  }
  const [{ shape }, seed] = [g.value(loss.value), g.value(loss.gradient)]
  if (!sameShape(shape, seed.shape))
    throw new GraphError(
      `the gradient "${seed.name}" has shape [${seed.shape.join(', ')}], its value [${shape.join(', ')}]`,
    )
  return { value: loss.value, seed }
}
