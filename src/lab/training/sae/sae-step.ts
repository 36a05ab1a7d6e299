import type { Session, Tensor } from '../../../engine/runtime/session.ts'
import type { Weights } from '../../../engine/model/weights.ts'

export interface SaeShape {
  readonly width: number
  readonly features: number
  /** Rows of activations in a step. */
  readonly batch: number
}

export const saeShapes = ({ width, features }: Omit<SaeShape, 'batch'>): Map<string, readonly number[]> =>
  new Map([
    ['W_enc', [width, features]],
    ['b_enc', [features]],
    ['W_dec', [features, width]],
    ['b_dec', [width]],
  ])

/** Pre-activations, loss and gradient of an autoencoder on one batch. Close it. */
export interface SaeStep {
  /** (x − b_dec)·W_enc + b_enc, row-major [batch, features]. */
  pre(x: Float32Array): Promise<Float32Array>
  /** Fills the gradient; gives mean ‖x − x̂‖² and mean Σ f over the batch. */
  gradient(x: Float32Array, active: Float32Array): Promise<{ readonly residual: number; readonly sum: number }>
  close(): Promise<void>
}

/**
 * The graphs of a step: mean over rows of ‖x − x̂‖² + λ·Σ f, where f is the pre-activation of the features that `active`
 * marks, which are held fixed within a step (the gradient of ReLU, and of TopK).
 */
export async function openSaeStep(
  { width, features, batch }: SaeShape,
  { weights, slopes, l1, threads }: { weights: Weights; slopes: Weights; l1: number; threads: number },
): Promise<SaeStep> {
  const [{ GraphBuilder }, { gradient }, { openSession }] = await Promise.all([
    import('../../../engine/onnx/builder.ts'),
    import('../../../engine/autodiff/gradient.ts'),
    import('../../../engine/runtime/ort-session.ts'),
  ])
  const shapes = saeShapes({ width, features })
  const g = new GraphBuilder('autoencoder')
  const x = g.input('x', 'float32', [batch, width])
  const active = g.input('active', 'float32', [batch, features])
  const at = new Map([...shapes].map(([name, shape]) => [name, g.input(name, 'float32', shape)]))
  const centred = g.add('Sub', [x, at.get('b_dec')!])
  const pre = g.add('Gemm', [centred, at.get('W_enc')!, at.get('b_enc')!], { as: 'pre' })
  const f = g.add('Mul', [pre, active])
  const error = g.add('Sub', [g.add('Gemm', [f, at.get('W_dec')!, at.get('b_dec')!]), x])
  const mean = (value: typeof x, as: string) => {
    const scaled = g.add('Mul', [value, g.scalar(1 / batch, value)])
    return g.add('ReduceSum', [scaled], { as, attributes: { keepdims: { int: 0 } } })
  }
  const residual = mean(g.add('Mul', [error, error]), 'residual')
  const sum = mean(f, 'sum')
  const loss = g.add('Add', [residual, g.add('Mul', [sum, g.scalar(l1, sum)])], { as: 'loss' })
  const names = [...shapes.keys()]
  const full = gradient(g.build([loss, residual, sum]), 'loss', names)
  const step = await openSession(full.graph, { threads })
  const encode = await openSession(g.build([pre]), { threads })
  const feeds = (rows: Float32Array): Record<string, Tensor> => ({
    ...Object.fromEntries(weights.tensors),
    x: { type: 'float32', shape: [batch, width], data: rows },
  })
  const into = Object.fromEntries(names.map((name, i) => [full.gradients[i]!, slopes.tensors.get(name)!]))
  return {
    pre: async (rows) => (await encode.run(feeds(rows)))['pre']!.data as Float32Array,
    gradient: async (rows, marks) => {
      const given = { ...feeds(rows), active: { type: 'float32' as const, shape: [batch, features], data: marks } }
      const results = await step.run(given, into)
      return { residual: Number(results['residual']!.data[0]), sum: Number(results['sum']!.data[0]) }
    },
    close: closeBoth([step, encode]),
  }
}

const closeBoth = (sessions: readonly Session[]) => async (): Promise<void> => {
  for (const session of sessions) await session.close()
}
