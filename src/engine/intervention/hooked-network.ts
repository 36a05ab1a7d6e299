import type { Graph } from '../onnx/graph.ts'
import { sizeOf } from '../onnx/graph.ts'
import { openSession } from '../runtime/ort-session.ts'
import type { Session, Tensor } from '../runtime/session.ts'
import type { Hook } from './hook.ts'
import { HookError } from './hook.ts'
import type { EditKind } from './rewrite.ts'
import { editInputs, expose, rewrite } from './rewrite.ts'
import type { SiteShape } from './site.ts'
import { sorted } from './sorted.ts'

/** A network over token sequences whose graph has named values: what a {@link HookedNetwork} runs. */
export interface HookSource {
  readonly vocabulary: number
  /** Logits at a position, where they are not of the vocabulary. */
  readonly outputs?: number
  /** Longest sequence, in tokens. */
  readonly context: number
  /** Whether both parts of a block read the stream before it. Left out: one after the other. */
  readonly parallel?: boolean
  readonly hooks: readonly Hook[]
  /**
   * A graph with inputs `tokens` int64 [batch, length], `rows` int64 [batch · picks] (flat index of the positions
   * whose logits are wanted; only where picks > 0) and those of `feeds`; output `logits` [batch · picks, outputs],
   * or none where picks is 0.
   */
  graph(shape: HookShape): Graph
  /** Weights, by graph input; asked for at every run, so they may change in between. */
  feeds(): Readonly<Record<string, Tensor>>
}
export interface HookShape {
  readonly batch: number
  readonly length: number
  /** Positions a sequence whose logits are wanted. */
  readonly picks: number
}

/** Sequences `first` to `first + count − 1` of a run, which go through the network together. */
export interface Span {
  readonly first: number
  readonly count: number
}

export interface HookEdit {
  /** Name of a hook. */
  readonly hook: string
  readonly kind: EditKind
  /** Writes what the edit puts in, for the sequences of a batch. All arrays come zeroed: a mask of 0 changes nothing. */
  fill(span: Span, into: EditArrays): void
}
export interface EditArrays {
  /** What replaces, is added, or multiplies; of the shape in `site`. */
  readonly source: Float32Array
  /** 1 where x is replaced; empty for the other kinds of edit. */
  readonly mask: Uint8Array
  readonly site: SiteShape
  /** Elements that one sequence has in these arrays: sequence i of the batch begins at i · stride. */
  readonly stride: number
}

export interface HookRun {
  /** Row-major [sequences, length]. */
  readonly tokens: Int32Array
  readonly length: number
  /** Positions whose logits are wanted, row-major [sequences, picks]. Left out: no logits. */
  readonly positions?: Int32Array
  /** Hooks to read, as they are after the edits. */
  readonly reads?: readonly string[]
  readonly edits?: readonly HookEdit[]
  /** Inputs that the graph has besides, for a batch of `shape`. */
  inputs?(span: Span, shape: HookShape): Readonly<Record<string, Tensor>>
}

/** What came out of one batch. The arrays are the caller's to keep. */
export interface HookBatch extends Span {
  /** [count · picks, outputs]. */
  readonly logits: Float32Array
  /** Value of a hook that was asked for, over the sequences of the batch. */
  value(hook: string): Float32Array
}

/** Tokens that go through at once, memory allowing. */
const batchTokens = 2048
const mostSessions = 48

/** Runs sequences through a network in batches of bounded memory, reading and editing values by name. Close it. */
export class HookedNetwork {
  readonly vocabulary: number
  /** Logits at a position. */
  readonly outputs: number
  readonly context: number
  readonly parallel: boolean
  readonly hooks: readonly Hook[]
  readonly #source: HookSource
  readonly #threads: number
  readonly #memory: number
  readonly #shapes = new Map<string, Graph>()
  readonly #sessions = new Map<string, Promise<Session>>()
  readonly #derived: HookedNetwork[] = []

  /** `memory`: bytes that the arrays of one batch (read, put in, logits) may take together. */
  constructor(source: HookSource, { threads, memory = 2 ** 28 }: { threads: number; memory?: number }) {
    this.vocabulary = source.vocabulary
    this.outputs = source.outputs ?? source.vocabulary
    this.context = source.context
    this.parallel = source.parallel ?? false
    this.hooks = source.hooks
    this.#source = source
    this.#threads = threads
    this.#memory = memory
  }

  /** Another network on the same weights, whose graph is changed; closed with this one. */
  derive(change: (graph: Graph) => Graph): HookedNetwork {
    const source = this.#source
    const graph = (shape: HookShape): Graph => change(source.graph(shape))
    const made = new HookedNetwork({ ...source, graph }, { threads: this.#threads, memory: this.#memory })
    this.#derived.push(made)
    return made
  }

  /** Shape of a hook for one sequence of `length` tokens. Throws {@link HookError} for a name that is no hook. */
  shape(name: string, length: number): SiteShape {
    return this.#site(name, { batch: 1, length, picks: 0 })
  }

  /** Calls `each` with the batches in order. Throws {@link HookError}, and what `each` throws. */
  async run(run: HookRun, each: (batch: HookBatch) => void | Promise<void>): Promise<void> {
    const { tokens, length } = run
    const sequences = tokens.length / length
    this.#check(run, sequences)
    const picks = run.positions === undefined ? 0 : run.positions.length / sequences
    const batch = this.#batch(run, { sequences, picks })
    const shape = { batch, length, picks }
    const session = await this.#session(run, shape)
    for (let first = 0; first < sequences; first += batch) {
      const span = { first, count: Math.min(batch, sequences - first) }
      const results = await session.run({
        ...this.#source.feeds(),
        ...tokenFeeds(run, span, shape),
        ...this.#editFeeds(run, span, shape),
        ...run.inputs?.(span, shape),
      })
      await each(this.#result(results, span, shape))
    }
  }

  #result(results: Readonly<Record<string, Tensor>>, span: Span, { batch }: HookShape): HookBatch {
    const take = (name: string): Float32Array => {
      const data = results[name]?.data as Float32Array | undefined
      if (data === undefined) throw new HookError(`"${name}" was not asked for in this run`)
      return span.count === batch ? data : data.slice(0, (data.length / batch) * span.count)
    }
    const logits = results['logits'] === undefined ? new Float32Array(0) : take('logits')
    return { ...span, logits, value: (hook) => take(this.#hook(hook).value) }
  }

  #hook(name: string): Hook {
    const found = this.hooks.find((hook) => hook.name === name)
    if (found === undefined)
      throw new HookError(`there is no hook "${name}"; there are ${this.hooks.map((hook) => hook.name).join(', ')}`)
    return found
  }

  #site(name: string, shape: HookShape): SiteShape {
    const { value, axes } = this.#hook(name)
    const key = `${shape.batch} ${shape.length}`
    const graph = this.#shapes.get(key) ?? this.#source.graph({ ...shape, picks: 1 })
    if (this.#shapes.size > 4) this.#shapes.clear()
    this.#shapes.set(key, graph)
    return { axes, shape: graph.types.get(value)!.shape, length: shape.length }
  }

  #check({ tokens, length, positions }: HookRun, sequences: number): void {
    if (!Number.isInteger(sequences) || sequences < 1)
      throw new HookError(`${tokens.length} tokens are not whole sequences of ${length}`)
    if (length > this.context)
      throw new HookError(`sequences of ${length} tokens are longer than the model's context of ${this.context}`)
    if (positions !== undefined && positions.length % sequences !== 0)
      throw new HookError(`${positions.length} positions are not the same number for each of ${sequences} sequences`)
    const wrong = tokens.findIndex((token) => token < 0 || token >= this.vocabulary)
    if (wrong >= 0)
      throw new HookError(`token ${tokens[wrong]} is outside the model's vocabulary of ${this.vocabulary}`)
  }

  /** Sequences at once: as many as tokens and memory allow, one at least. */
  #batch(
    { length, reads = [], edits = [] }: HookRun,
    { sequences, picks }: { sequences: number; picks: number },
  ): number {
    const size = (hook: string): number => sizeOf(this.shape(hook, length).shape)
    const floats = reads.map((hook) => 4 * size(hook)).reduce((a, b) => a + b, 0)
    const edited = edits.map(({ hook, kind }) => (kind === 'replace' ? 5 : 4) * size(hook)).reduce((a, b) => a + b, 0)
    const bytes = floats + edited + 4 * picks * this.outputs
    return Math.max(
      1,
      Math.min(sequences, Math.floor(batchTokens / length), Math.floor(this.#memory / Math.max(1, bytes))),
    )
  }

  #editFeeds({ edits = [] }: HookRun, span: Span, shape: HookShape): Record<string, Tensor> {
    const feeds: Record<string, Tensor> = {}
    for (const { hook, kind, fill } of edits) {
      const site = this.#site(hook, shape)
      const size = sizeOf(site.shape)
      const names = editInputs({ value: this.#hook(hook).value, kind })
      const source = new Float32Array(size)
      const mask = new Uint8Array(names.mask === undefined ? 0 : size)
      fill(span, { source, mask, site, stride: size / shape.batch })
      feeds[names.source] = { type: 'float32', shape: site.shape, data: source }
      if (names.mask !== undefined) feeds[names.mask] = { type: 'bool', shape: site.shape, data: mask }
    }
    return feeds
  }

  async #session({ reads = [], edits = [] }: HookRun, shape: HookShape): Promise<Session> {
    const changes = edits.map(({ hook, kind }) => ({ value: this.#hook(hook).value, kind }))
    const values = reads.map((hook) => this.#hook(hook).value)
    const key = JSON.stringify([shape, changes, values])
    const found = this.#sessions.get(key)
    if (found !== undefined) return found
    const [oldest] = this.#sessions
    if (oldest !== undefined && this.#sessions.size >= mostSessions) {
      this.#sessions.delete(oldest[0])
      await (await oldest[1]).close()
    }
    // Only what the outputs need, so that reading an early value does not run what comes after.
    const graph = sorted(expose(rewrite(this.#source.graph(shape), changes), values))
    const made = openSession(graph, { threads: this.#threads })
    this.#sessions.set(key, made)
    return made
  }

  async close(): Promise<void> {
    for (const session of this.#sessions.values()) await (await session).close()
    this.#sessions.clear()
    for (const network of this.#derived) await network.close()
  }
}

function tokenFeeds({ tokens, positions }: HookRun, { first, count }: Span, shape: HookShape): Record<string, Tensor> {
  const { batch, length, picks } = shape
  const given = new BigInt64Array(batch * length)
  for (let i = 0; i < count * length; i++) given[i] = BigInt(tokens[first * length + i]!)
  const rows = new BigInt64Array(batch * picks)
  for (let i = 0; i < count; i++)
    for (let j = 0; j < picks; j++) rows[i * picks + j] = BigInt(i * length + positions![(first + i) * picks + j]!)
  return {
    tokens: { type: 'int64', shape: [batch, length], data: given },
    ...(picks === 0 ? {} : { rows: { type: 'int64', shape: [batch * picks], data: rows } }),
  }
}
