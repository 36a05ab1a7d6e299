import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import { encodeModel } from '../onnx/codec.ts'
import { sizeOf, type ElementType, type Graph, type TensorData } from '../onnx/graph.ts'
import { quietMessage, quietOutput, withQuietOutput } from './quiet-output.ts'
import { sessionOptions } from './session-options.ts'
import { RuntimeError, type SessionOptions, type Tensor } from './session.ts'

/** Words of the shared control array. */
const word = { state: 0, said: 1 } as const
/** What the state says: the thread waits, is to run or to end, or has failed; `said` is then the length of why. */
const state = { idle: 0, run: 1, close: 2, failed: 3 } as const
const roomToSay = 4096
/** Of each array's place, so that vectors of a processor do not straddle lines of its cache. */
const alignment = 64

/** The thread's program. It copies what goes in before it runs, so what comes out may take the same shared memory. */
const program = `
const { parentPort, workerData } = require('node:worker_threads')
const { ort, model, options, inputs, outputs, bytes, shared, control, said, word, state, quiet } = workerData
const { InferenceSession, Tensor } = require(ort)
const kinds = { float32: Float32Array, float64: Float64Array, int64: BigInt64Array, int32: Int32Array, uint8: Uint8Array, int8: Int8Array, bool: Uint8Array }
function place(ports, size) {
  const buffer = new ArrayBuffer(size)
  const tensors = ports.map(({ name, type, shape, at, length }) => [name, new Tensor(type, new kinds[type](buffer, at, length), shape)])
  return { all: new Uint8Array(buffer), tensors: Object.fromEntries(tensors) }
}
const [given, made, passed] = [place(inputs, bytes.inputs), place(outputs, bytes.outputs), new Uint8Array(shared)]
function tell(now) {
  Atomics.store(control, word.state, now)
  Atomics.notify(control, word.state)
}
async function serve() {
  const session = await InferenceSession.create(model, options)
  parentPort.postMessage('open')
  for (;;) {
    Atomics.wait(control, word.state, state.idle)
    if (Atomics.load(control, word.state) === state.close) return session.release()
    given.all.set(passed.subarray(0, bytes.inputs))
    await session.run(given.tensors, { [quiet.output]: null, ...made.tensors }).catch((error) => {
      if (error?.message !== quiet.message) throw error
    })
    passed.set(made.all)
    tell(state.idle)
  }
}
serve().catch((error) => {
  const text = new TextEncoder().encode(String(error?.message ?? error)).subarray(0, said.byteLength)
  new Uint8Array(said).set(text)
  Atomics.store(control, word.said, text.length)
  tell(state.failed)
  parentPort.postMessage('failed')
})
`

interface Placed {
  readonly name: string
  readonly type: ElementType
  readonly shape: readonly number[]
  /** Byte offset. */
  readonly at: number
  readonly length: number
}

/**
 * A graph that a thread of its own runs on the CPU while this one does something else. Arrays go in and come out through
 * shared memory, which onnxruntime itself refuses to work on.
 */
export class SessionThread {
  readonly #worker: Worker
  readonly #ended: Promise<unknown>
  readonly #graph: string
  readonly #control: Int32Array
  readonly #said: SharedArrayBuffer
  readonly #into: ReadonlyMap<string, TensorData>
  /** What the last run gave, until the next one begins. */
  readonly outputs: ReadonlyMap<string, TensorData>

  private constructor({ worker, ended, graph, control, said, into, outputs }: Inside) {
    this.#worker = worker
    this.#ended = ended
    this.#graph = graph
    this.#control = control
    this.#said = said
    this.#into = into
    this.outputs = outputs
  }

  /** Starts the thread; throws {@link RuntimeError} where onnxruntime cannot open the graph. */
  static async open(graph: Graph, { threads }: Pick<SessionOptions, 'threads'>): Promise<SessionThread> {
    const [inputs, outputs] = [layout(graph, graph.inputs), layout(graph, graph.outputs)]
    const shared = new SharedArrayBuffer(Math.max(inputs.bytes, outputs.bytes))
    const control = new Int32Array(new SharedArrayBuffer(8))
    const said = new SharedArrayBuffer(roomToSay)
    const workerData = {
      ...{ shared, control, said, word, state },
      ort: createRequire(import.meta.url).resolve('onnxruntime-node'),
      model: encodeModel(withQuietOutput(graph)),
      quiet: { output: quietOutput, message: quietMessage },
      options: sessionOptions({ threads, device: 'cpu' }),
      inputs: inputs.ports,
      outputs: outputs.ports,
      bytes: { inputs: inputs.bytes, outputs: outputs.bytes },
    }
    const worker = new Worker(program, { eval: true, execArgv: [], workerData })
    const ended = new Promise((resolve) => worker.once('exit', resolve))
    await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
    worker.unref()
    const thread = new SessionThread({
      ...{ worker, ended, graph: graph.name, control, said },
      into: viewsOf(inputs.ports, shared),
      outputs: viewsOf(outputs.ports, shared),
    })
    thread.#check('cannot open')
    return thread
  }

  /** Has the thread run the graph on copies of these, and returns at once. */
  begin(feeds: Readonly<Record<string, Tensor>>): void {
    for (const [name, array] of this.#into) {
      const given = feeds[name]?.data
      if (given?.length !== array.length) throw new RuntimeError(`the graph "${this.#graph}" needs its input "${name}"`)
      array.set(given as never)
    }
    Atomics.store(this.#control, word.state, state.run)
    Atomics.notify(this.#control, word.state)
  }

  /** Waits until it has; {@link outputs} then hold what it gave. Throws {@link RuntimeError} where the run failed. */
  end(): void {
    Atomics.wait(this.#control, word.state, state.run)
    this.#check('running')
  }

  async close(): Promise<void> {
    this.#worker.ref()
    Atomics.store(this.#control, word.state, state.close)
    Atomics.notify(this.#control, word.state)
    await this.#ended
  }

  #check(what: 'cannot open' | 'running'): void {
    if (Atomics.load(this.#control, word.state) !== state.failed) return
    const text = new TextDecoder().decode(new Uint8Array(this.#said).slice(0, this.#control[word.said]))
    throw new RuntimeError(
      what === 'running'
        ? `running the graph "${this.#graph}" failed: ${text}`
        : `onnxruntime cannot open the graph "${this.#graph}": ${text}`,
    )
  }
}

interface Inside {
  readonly worker: Worker
  readonly ended: Promise<unknown>
  readonly graph: string
  readonly control: Int32Array
  readonly said: SharedArrayBuffer
  readonly into: ReadonlyMap<string, TensorData>
  readonly outputs: ReadonlyMap<string, TensorData>
}

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  int64: BigInt64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  int8: Int8Array,
  bool: Uint8Array,
} as const satisfies Record<ElementType, unknown>

function layout({ types }: Graph, names: readonly string[]): { ports: readonly Placed[]; bytes: number } {
  let bytes = 0
  const ports = names.map((name): Placed => {
    const { type, shape } = types.get(name)!
    const [at, length] = [bytes, sizeOf(shape)]
    bytes = Math.ceil((at + length * arrays[type].BYTES_PER_ELEMENT) / alignment) * alignment
    return { name, type, shape, at, length }
  })
  return { ports, bytes }
}

/** Typed arrays take shared memory as they take other; the types of ONNX's tensors do not say so. */
const viewsOf = (ports: readonly Placed[], shared: SharedArrayBuffer): ReadonlyMap<string, TensorData> =>
  new Map(ports.map(({ name, type, at, length }) => [name, new arrays[type](shared as never, at, length)]))
