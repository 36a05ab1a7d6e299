import { setTimeout } from 'node:timers/promises'
import type { BenchCase, Row } from '../bench-case.ts'
import { matmul, matmulOperations } from '../matmul.ts'
import { timing, type Timed } from '../measure.ts'
import { assayPeer, torchPeer, type DecoderShape, type StepPeer, type Steps } from '../step-peer.ts'

const threads = 2
const sizes: readonly {
  readonly name: string
  readonly shape: Omit<DecoderShape, 'threads'>
  /** Turns of each, and the steps of a turn. */
  readonly rounds: number
  readonly steps: number
}[] = [
  {
    name: 'tiny',
    shape: { layers: 2, width: 64, heads: 4, vocabulary: 512, length: 64, batch: 16 },
    rounds: 15,
    steps: 20,
  },
  {
    name: 'small',
    shape: { layers: 4, width: 256, heads: 8, vocabulary: 5000, length: 64, batch: 16 },
    rounds: 12,
    steps: 3,
  },
  {
    name: 'gpt2',
    shape: { layers: 12, width: 768, heads: 12, vocabulary: 50257, length: 64, batch: 4 },
    rounds: 8,
    steps: 1,
  },
]

/**
 * The whole SGLD step beside PyTorch's: the same decoders, batches and threads, each in a process of its own, a few
 * steps in turn. Then chains of the smallest decoder: two processes of one thread beside one, and beside two of PyTorch.
 */
export const pytorchCase: BenchCase = {
  name: 'pytorch',
  title: `SGLD steps beside PyTorch, ${threads} threads`,
  run: async () => {
    const product = await matmul(threads)
    const rows: Row[] = []
    try {
      for (const size of sizes) {
        rows.push(...(await beside(size, product)))
      }
    } finally {
      await product.close()
    }
    return [...rows, ...(await chains({ ...sizes[0]!.shape, threads: 1 }))]
  },
}

/** On a busy machine a size ends after this many milliseconds, once it has had enough rounds for a median. */
const longest = 60_000
const fewest = 3
/** Threads of a pool go on spinning for tens of milliseconds after their work, which would be the next one's loss. */
const pause = (): Promise<void> => setTimeout(100)
const tell = (what: string): void => void process.stderr.write(`${what}\n`)

/** Turns of both; a message for a peer that cannot start. */
async function beside({ name, shape, rounds, steps }: (typeof sizes)[number], product: Timed): Promise<Row[]> {
  const [ours, theirs] = [assayPeer({ ...shape, threads }), torchPeer({ ...shape, threads })]
  const [us, them, limit] = [none(), none(), [] as number[]]
  let missing: string | undefined
  try {
    const started = performance.now()
    for (let round = -2; round < rounds; round++) {
      if (round >= fewest && performance.now() - started > longest) break
      tell(`${name}: ${round < 0 ? 'warming up' : `round ${round + 1} of ${rounds}`}`)
      if (round >= 0) limit.push(...(await products(product)))
      await pause()
      merge(us, await ours.take(steps), round >= 0)
      await pause()
      if (missing !== undefined) continue
      const taken = await theirs.take(steps).catch((error: unknown) => (missing = String(error)))
      if (typeof taken !== 'string') merge(them, taken, round >= 0)
    }
  } finally {
    ours.close()
    theirs.close()
  }
  return rowsOf({ name, shape, us, them: missing ?? them, limit })
}

/** Seconds of a few products one after the other. */
async function products(product: Timed): Promise<number[]> {
  await pause()
  const seconds: number[] = []
  for (let i = 0; i < 10; i++) {
    const begun = performance.now()
    await product.run()
    seconds.push((performance.now() - begun) / 1000)
  }
  return seconds
}

interface Tally {
  readonly slope: number[]
  readonly update: number[]
  readonly step: number[]
  peak: number
}
const none = (): Tally => ({ slope: [], update: [], step: [], peak: 0 })

function merge(into: Tally, { slope, update, peak }: Steps, counts: boolean): void {
  into.peak = peak
  if (!counts) return
  into.slope.push(...slope)
  into.update.push(...update)
  into.step.push(...slope.map((seconds, i) => seconds + update[i]!))
}

interface Compared {
  readonly name: string
  readonly shape: Omit<DecoderShape, 'threads'>
  readonly us: Tally
  /** What PyTorch took, or why it is not here. */
  readonly them: Tally | string
  readonly limit: readonly number[]
}

function rowsOf({ name, shape, us, them, limit }: Compared): Row[] {
  const [step, slope, update] = [
    timing(`${name}: assay, whole step`, us.step),
    timing(`${name}: assay, forward and backward`, us.slope),
    timing(`${name}: assay, noise and update`, us.update),
  ]
  const rate = matmulOperations / timing('', limit).median
  // 2 operations a parameter and token forward, 4 backward; positions are looked up, not multiplied (Kaplan et al. 2020).
  const least = (6 * multiplied(shape) * shape.batch * shape.length) / rate
  const [reached, possible] = [least / slope.median, rate / 1e9]
  const share = `${percent(reached)} of the matmul limit: ${(reached * possible).toFixed(0)} of ${possible.toFixed(0)} GFLOP/s`
  const parts: Row[] = [
    { ...slope, note: share },
    { ...update, note: `${percent(update.median / step.median)} of the step` },
  ]
  const memory = `peak memory ${us.peak.toFixed(0)} MiB`
  if (typeof them === 'string') return [{ ...step, note: `${memory}; PyTorch is not here: ${them}` }, ...parts]
  const peer = timing(`${name}: PyTorch, whole step`, them.step)
  return [
    { ...step, note: `${(step.median / peer.median).toFixed(2)} × PyTorch's; ${memory}` },
    ...parts,
    { ...peer, note: `peak memory ${them.peak.toFixed(0)} MiB` },
    timing(`${name}: PyTorch, forward and backward`, them.slope),
    timing(`${name}: PyTorch, noise and update`, them.update),
  ]
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`

/** Parameters that enter a product: blocks with their biases and norms, the last norm, the tied embedding as the head. */
const multiplied = ({ layers, width, vocabulary }: Pick<DecoderShape, 'layers' | 'width' | 'vocabulary'>): number =>
  layers * (12 * width ** 2 + 13 * width) + 2 * width + vocabulary * width

const chainSteps = 40
const chainRounds = 8

/** Steps a second of one chain, of two at once, and of two in PyTorch, in turn; each chain has a thread. */
async function chains(shape: DecoderShape): Promise<Row[]> {
  const ours = [assayPeer(shape), assayPeer(shape)] as const
  const theirs = [torchPeer(shape), torchPeer(shape)] as const
  const things: readonly { readonly peers: readonly StepPeer[]; readonly seconds: number[] }[] = [
    { peers: [ours[0]], seconds: [] },
    { peers: ours, seconds: [] },
    { peers: theirs, seconds: [] },
  ]
  let missing: string | undefined
  const started = performance.now()
  for (let round = -1; round < chainRounds; round++) {
    if (round >= fewest && performance.now() - started > longest) break
    tell(`chains: ${round < 0 ? 'warming up' : `round ${round + 1} of ${chainRounds}`}`)
    for (const { peers, seconds } of things) {
      if (peers === theirs && missing !== undefined) continue
      await pause()
      const begun = performance.now()
      const done = Promise.all(peers.map((peer) => peer.take(chainSteps)))
      if (peers === theirs) await done.catch((error: unknown) => (missing = String(error)))
      else await done
      if (round >= 0) seconds.push((performance.now() - begun) / 1000 / chainSteps / peers.length)
    }
  }
  for (const peer of [...ours, ...theirs]) peer.close()
  return chainRows(things.map(({ seconds }) => seconds) as [number[], number[], number[]], missing)
}

function chainRows([one, two, torch]: readonly [number[], number[], number[]], missing: string | undefined): Row[] {
  const [single, both] = [timing('tiny, one thread: a step, one chain', one), timing('… of two chains at once', two)]
  const times = (ratio: number, of: string): string => `${ratio.toFixed(2)} × the steps a second of ${of}`
  const rows: Row[] = [single, { ...both, note: times(single.median / both.median, 'one chain') }]
  if (missing !== undefined) return rows
  const peer = timing('… of two PyTorch processes at once', torch)
  return [...rows, { ...peer, note: `two chains: ${times(peer.median / both.median, 'these')}` }]
}
