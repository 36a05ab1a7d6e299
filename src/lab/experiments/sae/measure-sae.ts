import type { HookedNetwork, HookEdit } from '../../../engine/intervention/hooked-network.ts'
import { StageError, type StageContext } from '../../../stage/stage-context.ts'
import type { Dataset } from '../../datasets/dataset.ts'
import type { SaeNetwork } from './sae-network.ts'

/** Sums over the predicted tokens of each sequence, and over its tokens as the autoencoder sees them. */
export interface SaeSums {
  /** Cross-entropy, nats: as it is, with the reconstruction, with zero in place of the hook. */
  readonly original: Float64Array
  readonly replaced: Float64Array
  readonly ablated: Float64Array
  /** KL(original ‖ replaced) and KL(original ‖ ablated), nats. */
  readonly divergence: Float64Array
  readonly ablatedDivergence: Float64Array
  readonly predicted: Float64Array
  /** Σ ‖x − x̂‖², Σ ‖x‖² and Σ x [width] over tokens that are neither start nor padding. */
  readonly residual: Float64Array
  readonly square: Float64Array
  readonly total: readonly Float64Array[]
  readonly active: Float64Array
  readonly tokens: Float64Array
}

const batchTokens = 1024
/** Logits held at once, three times: 2²⁴ fp32 numbers are 64 MiB. */
const mostLogits = 2 ** 24

/** Runs the data through the model as it is, with the reconstruction at the hook, and with zeros there. */
export async function measureSae(
  network: HookedNetwork,
  data: Dataset,
  { hook, sae, ctx }: { readonly hook: string; readonly sae: SaeNetwork; readonly ctx: StageContext },
): Promise<SaeSums> {
  const sums = emptySums(data.sequences)
  const steps = data.length - 1
  const room = Math.min(batchTokens, mostLogits / network.outputs)
  const chunk = Math.max(1, Math.floor(room / steps))
  for (let first = 0; first < data.sequences; first += chunk) {
    ctx.signal.throwIfAborted()
    const count = Math.min(chunk, data.sequences - first)
    const run = runOf(data, first, count)
    const before = await passThrough(network, run, { hook })
    const { values, active } = await sae.reconstruct(before.x)
    const after = await passThrough(network, run, { hook, put: values })
    const without = await passThrough(network, run, { hook, put: new Float32Array(values.length) })
    const part = { first, count, steps, outputs: network.outputs }
    addLosses(sums, data, { ...part, logits: [before.logits, after.logits, without.logits] })
    addReconstruction(sums, data, { ...part, x: before.x, values, active })
  }
  return sums
}

function emptySums(sequences: number): SaeSums & { total: Float64Array[] } {
  const zeros = (): Float64Array => new Float64Array(sequences)
  return {
    original: zeros(),
    replaced: zeros(),
    ablated: zeros(),
    divergence: zeros(),
    ablatedDivergence: zeros(),
    predicted: zeros(),
    residual: zeros(),
    square: zeros(),
    total: [],
    active: zeros(),
    tokens: zeros(),
  }
}

interface Run {
  readonly tokens: Int32Array
  readonly length: number
  readonly positions: Int32Array
}

/** The tokens that are read: all but the last of each sequence, which is only predicted. */
function runOf({ tokens, length }: Dataset, first: number, count: number): Run {
  const steps = length - 1
  return {
    tokens: Int32Array.from(
      { length: count * steps },
      (_, i) => tokens[(first + Math.floor(i / steps)) * length + (i % steps)]!,
    ),
    length: steps,
    positions: Int32Array.from({ length: count * steps }, (_, i) => i % steps),
  }
}

/** Logits at every position, and the hook's values unless others are put in their place. */
async function passThrough(
  network: HookedNetwork,
  run: Run,
  { hook, put }: { readonly hook: string; readonly put?: Float32Array },
): Promise<{ logits: Float32Array; x: Float32Array }> {
  const edit: HookEdit | undefined = put && {
    hook,
    kind: 'replace',
    fill: ({ first, count }, { source, mask, stride }) => {
      source.set(put.subarray(first * stride, (first + count) * stride))
      mask.fill(1)
    },
  }
  const logits = new Float32Array(run.positions.length * network.outputs)
  let x = new Float32Array(0)
  const reads = edit === undefined ? [hook] : []
  await network.run({ ...run, reads, edits: edit === undefined ? [] : [edit] }, (batch) => {
    logits.set(batch.logits, batch.first * run.length * network.outputs)
    if (edit !== undefined) return
    const values = batch.value(hook)
    const stride = values.length / batch.count
    if (x.length === 0) x = new Float32Array((run.tokens.length / run.length) * stride)
    x.set(values, batch.first * stride)
  })
  return { logits, x }
}

interface Part {
  readonly first: number
  readonly count: number
  readonly steps: number
  readonly outputs: number
}

function addLosses(
  sums: SaeSums,
  { tokens, mask, length }: Dataset,
  { first, count, steps, outputs, logits }: Part & { readonly logits: readonly Float32Array[] },
): void {
  for (let i = 0; i < count; i++)
    for (let t = 0; t < steps; t++) {
      const target = (first + i) * length + t + 1
      if (mask[target] === 0) continue
      const at = (i * steps + t) * outputs
      const [p, q, z] = logits.map((all) => rowOf(all.subarray(at, at + outputs))) as [Row, Row, Row]
      const token = tokens[target]!
      sums.original[first + i]! -= p.logits[token]! - p.norm
      sums.replaced[first + i]! -= q.logits[token]! - q.norm
      sums.ablated[first + i]! -= z.logits[token]! - z.norm
      sums.divergence[first + i]! += divergence(p, q)
      sums.ablatedDivergence[first + i]! += divergence(p, z)
      sums.predicted[first + i]! += 1
    }
}

interface Row {
  readonly logits: Float32Array
  /** ln Σ exp of them. */
  readonly norm: number
}

/** Plain loops, here and below: this runs over the vocabulary for every token of the text. */
function rowOf(logits: Float32Array): Row {
  let most = -Infinity
  for (const logit of logits) if (logit > most) most = logit
  let sum = 0
  for (const logit of logits) sum += Math.exp(logit - most)
  return { logits, norm: most + Math.log(sum) }
}

/** KL(p ‖ q), nats. */
function divergence(p: Row, q: Row): number {
  let sum = 0
  for (let i = 0; i < p.logits.length; i++) {
    const log = p.logits[i]! - p.norm
    sum += Math.exp(log) * (log - (q.logits[i]! - q.norm))
  }
  return sum
}

function addReconstruction(
  sums: SaeSums & { readonly total: readonly Float64Array[] },
  { mask, length }: Dataset,
  { first, count, steps, x, values, active }: Part & { x: Float32Array; values: Float32Array; active: Int32Array },
): void {
  const width = x.length / (count * steps)
  const totals = sums.total as Float64Array[]
  for (let i = 0; i < count; i++) {
    const total = new Float64Array(width)
    totals.push(total)
    for (let t = 0; t < steps; t++) {
      if (mask[(first + i) * length + t] === 0) continue
      const row = i * steps + t
      for (let j = 0; j < width; j++) {
        const [value, guess] = [x[row * width + j]!, values[row * width + j]!]
        sums.residual[first + i]! += (value - guess) ** 2
        sums.square[first + i]! += value ** 2
        total[j]! += value
      }
      sums.active[first + i]! += active[row]!
      sums.tokens[first + i]! += 1
    }
  }
}

/** The hook's values have rows; anything else is no place for an autoencoder. Throws StageError. */
export function checkPlace(network: HookedNetwork, hook: string, width: number): void {
  const { axes, shape } = network.shape(hook, 1)
  if (axes[0] !== 'row' || shape[1] !== width)
    throw new StageError(
      `the autoencoder takes ${width} numbers a token, ${hook} has [${shape.join(', ')}] for one token`,
      'Take the hook and block that it was trained on.',
    )
}
