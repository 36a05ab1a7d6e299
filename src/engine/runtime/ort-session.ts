import type * as Ort from 'onnxruntime-node'
import { encodeModel } from '../onnx/codec.ts'
import type { ElementType, Graph } from '../onnx/graph.ts'
import { chosenDevice } from './device.ts'
import { quietMessage, quietOutput, withQuietOutput } from './quiet-output.ts'
import { sessionOptions } from './session-options.ts'
import type { OpenSession, Session, Tensor } from './session.ts'
import { RuntimeError } from './session.ts'

/** Opens a graph in onnxruntime, which is loaded here and only when first asked for. */
export const openSession: OpenSession = async (graph, { threads, device = chosenDevice() }) => {
  const ort = await import('onnxruntime-node')
  const bytes = encodeModel(device === 'cpu' ? withQuietOutput(graph) : graph)
  try {
    const session = await ort.InferenceSession.create(bytes, sessionOptions({ threads, device }))
    return new OrtSession(ort, session, { graph, isQuiet: device === 'cpu' })
  } catch (error) {
    const where = device === 'cpu' ? '' : ` on the device ${device}`
    throw new RuntimeError(`onnxruntime cannot open the graph "${graph.name}"${where}: ${messageOf(error)}`)
  }
}

class OrtSession implements Session {
  readonly #ort: typeof Ort
  readonly #session: Ort.InferenceSession
  readonly #graph: Graph
  readonly #isQuiet: boolean

  constructor(ort: typeof Ort, session: Ort.InferenceSession, { graph, isQuiet }: { graph: Graph; isQuiet: boolean }) {
    this.#ort = ort
    this.#session = session
    this.#graph = graph
    this.#isQuiet = isQuiet
  }

  async run(
    feeds: Readonly<Record<string, Tensor>>,
    into?: Readonly<Record<string, Tensor>>,
  ): Promise<Record<string, Tensor>> {
    const given = Object.fromEntries(this.#graph.inputs.map((name) => [name, this.#tensor(name, feeds[name])]))
    const fetches = Object.fromEntries(
      this.#graph.outputs.map((name) => [name, into?.[name] === undefined ? null : this.#tensor(name, into[name])]),
    )
    try {
      if (this.#isQuiet && into !== undefined && this.#graph.outputs.every((name) => into[name] !== undefined)) {
        await this.#session.run(given, { [quietOutput]: null, ...fetches }).catch(unlessQuiet)
        return into
      }
      const results = await this.#session.run(given, fetches)
      return Object.fromEntries(
        Object.entries(results).map(([name, { data, dims, type }]) => [
          name,
          { data: data as Tensor['data'], shape: dims, type: type as ElementType },
        ]),
      )
    } catch (error) {
      throw new RuntimeError(`running the graph "${this.#graph.name}" failed: ${messageOf(error)}`)
    }
  }

  #tensor(name: string, tensor: Tensor | undefined): Ort.Tensor {
    if (tensor === undefined) throw new RuntimeError(`the graph "${this.#graph.name}" needs its input "${name}"`)
    return new this.#ort.Tensor(tensor.type, tensor.data as never, tensor.shape)
  }

  async close(): Promise<void> {
    await this.#session.release()
  }
}

function unlessQuiet(error: unknown): void {
  if (messageOf(error) !== quietMessage) throw error
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
