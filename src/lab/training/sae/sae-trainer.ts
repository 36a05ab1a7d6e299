import type { StageContext } from '../../../stage/stage-context.ts'
import { StageError } from '../../../stage/stage-context.ts'
import { activeFeatures } from '../../experiments/sae/activate.ts'
import type { Sae } from '../../experiments/sae/sae-file.ts'
import { openSaeStep, saeShapes } from './sae-step.ts'

export interface SaeTraining {
  readonly features: number
  /** Keeps the k largest; left out: ReLU with an L1 penalty. */
  readonly k?: number
  readonly l1: number
  readonly steps: number
  readonly batch: number
  readonly rate: number
}

export interface TrainedSae {
  readonly sae: Sae
  /** Mean over each tenth of the steps, in units of the mean ‖x‖² of the activations. */
  readonly trace: readonly { readonly step: number; readonly residual: number; readonly active: number }[]
  /** Features that were active for no row in the last tenth of the steps. */
  readonly dead: number
}

/**
 * Trains an autoencoder on rows of activations [rows, width] by Adam. Activations are scaled to a mean square length of
 * their width, decoder rows are kept at length 1 while it learns (Bricken et al. 2023), and the scale is folded into the
 * weights at the end. Batches are drawn with replacement from the seed.
 */
export async function trainSae(
  x: Float32Array,
  width: number,
  { training, ctx }: { readonly training: SaeTraining; readonly ctx: StageContext },
): Promise<TrainedSae> {
  const [{ makeWeights }, { RandomStream }, { adamwStep, adamDefaults }] = await Promise.all([
    import('../../../engine/model/weights.ts'),
    import('../../../engine/sampling/random.ts'),
    import('../../../engine/training/adamw.ts'),
  ])
  const { features, k, l1, steps, batch, rate } = training
  const scale = scaleOf(x, width)
  const [weights, slopes] = [makeWeights(saeShapes({ width, features })), makeWeights(saeShapes({ width, features }))]
  const at = (name: string): Float32Array => weights.tensors.get(name)!.data as Float32Array
  initialise(
    x,
    { scale, width, features },
    { at, normals: (out) => new RandomStream(ctx.seed, 'init').normals(0, out) },
  )
  const adam = {
    weights: weights.flat,
    gradient: slopes.flat,
    first: new Float32Array(weights.flat.length),
    second: new Float32Array(weights.flat.length),
  }
  const options = { ...adamDefaults, beta2: 0.999, weightDecay: 0 }
  const decays = new Uint8Array(weights.flat.length)
  const order = new RandomStream(ctx.seed, 'order')
  const step = await openSaeStep({ width, features, batch }, { weights, slopes, l1, threads: ctx.threads })
  const meter = meterOf(steps, { features, width })
  try {
    for (let n = 1; n <= steps; n++) {
      ctx.signal.throwIfAborted()
      const rows = pickRows(x, { width, scale, chosen: order.uniforms(n, batch) })
      const active = activeFeatures(await step.pre(rows), { features, ...(k === undefined ? {} : { k }) })
      const { residual } = await step.gradient(rows, active)
      adamwStep(adam, { step: n, rate: rate * Math.min(1, (5 * (steps - n + 1)) / steps), options, decays })
      unitRows(at('W_dec'), width)
      if (!weights.flat.every(Number.isFinite))
        throw new StageError(`a weight became no number at step ${n}`, 'Lower the learning rate `rate`.')
      meter.add(n, residual, active)
      if (n % 50 === 0) ctx.progress({ fraction: n / steps, note: `step ${n} of ${steps}` })
    }
  } finally {
    await step.close()
  }
  const sae = {
    width,
    features,
    encoder: at('W_enc').map((value) => value * scale),
    centred: true,
    encoderBias: at('b_enc').slice(),
    decoder: at('W_dec').map((value) => value / scale),
    decoderBias: at('b_dec').map((value) => value / scale),
    ...(k === undefined ? {} : { k }),
  }
  return { sae, ...meter.read() }
}

/** What activations are multiplied by so that ‖x‖² is their width on average. */
function scaleOf(x: Float32Array, width: number): number {
  const square = x.reduce((sum, value) => sum + value * value, 0) / (x.length / width)
  return square === 0 ? 1 : Math.sqrt(width / square)
}

/** Decoder rows random of length 1, the encoder its transpose, the decoder's bias the mean of the activations. */
function initialise(
  x: Float32Array,
  { scale, width, features }: { readonly scale: number; readonly width: number; readonly features: number },
  { at, normals }: { at(name: string): Float32Array; normals(out: Float32Array): void },
): void {
  const [encoder, decoder, bias] = [at('W_enc'), at('W_dec'), at('b_dec')]
  normals(decoder)
  unitRows(decoder, width)
  for (let i = 0; i < features; i++) for (let j = 0; j < width; j++) encoder[j * features + i] = decoder[i * width + j]!
  const mean = new Float64Array(width)
  x.forEach((value, i) => (mean[i % width]! += value / (x.length / width)))
  mean.forEach((value, j) => (bias[j] = value * scale))
}

function unitRows(matrix: Float32Array, width: number): void {
  for (let row = 0; row < matrix.length; row += width) {
    const part = matrix.subarray(row, row + width)
    const size = Math.hypot(...part)
    if (size > 0) part.forEach((value, j) => (part[j] = value / size))
  }
}

function pickRows(
  x: Float32Array,
  { width, scale, chosen }: { readonly width: number; readonly scale: number; readonly chosen: Float64Array },
): Float32Array {
  const rows = new Float32Array(chosen.length * width)
  chosen.forEach((share, i) => {
    const from = Math.floor((share * x.length) / width) * width
    for (let j = 0; j < width; j++) rows[i * width + j] = x[from + j]! * scale
  })
  return rows
}

function meterOf(steps: number, { features, width }: { readonly features: number; readonly width: number }) {
  const tenth = Math.max(1, Math.ceil(steps / 10))
  const trace: { step: number; residual: number; active: number }[] = []
  const alive = new Uint8Array(features)
  let sums = { residual: 0, active: 0, count: 0 }
  return {
    add(step: number, residual: number, active: Float32Array): void {
      const on = active.reduce((sum, bit) => sum + bit, 0) / (active.length / features)
      sums = { residual: sums.residual + residual / width, active: sums.active + on, count: sums.count + 1 }
      if (step > steps - tenth) active.forEach((bit, i) => (alive[i % features]! |= bit))
      if (step % tenth !== 0 && step !== steps) return
      trace.push({ step, residual: sums.residual / sums.count, active: sums.active / sums.count })
      sums = { residual: 0, active: 0, count: 0 }
    },
    read: () => ({ trace, dead: alive.reduce((sum, bit) => sum + 1 - bit, 0) }),
  }
}
