import type { Graph } from '../onnx/graph.ts'

/**
 * onnxruntime-node writes outputs straight into arrays that it is given, and then copies every one of them into a new
 * array to be returned, in the order of the graph's outputs: half a gigabyte a step at 124M parameters. It cannot return
 * a sequence, and says so by an error. So a graph has an empty sequence as its first output: asked for, it ends the
 * returning before anything was copied, while the arrays are filled.
 */
export const quietOutput = 'assay.quiet'

export const withQuietOutput = (graph: Graph): Graph => ({
  ...graph,
  outputs: [quietOutput, ...graph.outputs],
  nodes: [
    ...graph.nodes,
    { op: 'SequenceEmpty', name: quietOutput, inputs: [], outputs: [quietOutput], attributes: {} },
  ],
})

/** What the error for a sequence says; any other error is one of the run. */
export const quietMessage = 'Non tensor type is temporarily not supported.'
