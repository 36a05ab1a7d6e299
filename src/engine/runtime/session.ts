import type { Graph, TensorData, ValueType } from '../onnx/graph.ts'
import type { Device } from './device.ts'

export interface Tensor extends ValueType {
  readonly data: TensorData
}

/** A graph ready to run. Owns native memory: close it. */
export interface Session {
  /**
   * Runs the graph. `into` gives arrays that outputs are written to: those of all outputs, and nothing is allocated on the
   * way. Every graph output is returned. Throws {@link RuntimeError}.
   */
  run(
    feeds: Readonly<Record<string, Tensor>>,
    into?: Readonly<Record<string, Tensor>>,
  ): Promise<Readonly<Record<string, Tensor>>>
  close(): Promise<void>
}

export interface SessionOptions {
  /** Threads of one operator. The results do not depend on it, the time does. */
  readonly threads: number
  /** Where it runs; left out: what the environment variable ASSAY_DEVICE says, and the CPU where that says nothing. */
  readonly device?: Device
}
export type OpenSession = (graph: Graph, options: SessionOptions) => Promise<Session>

/** The runtime refused a graph or a run. */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError'
}
