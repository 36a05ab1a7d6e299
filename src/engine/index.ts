/**
 * The engine as a library, `import … from 'assay/engine'`: graphs with static shapes, gradients as a graph-to-graph
 * transform into standard ONNX, onnxruntime to run them, and samplers. Needs nothing of the rest of assay.
 */
export { gradient, NoGradientError, type GradientGraph } from './autodiff/gradient.ts'
export { GraphBuilder, type Value } from './onnx/builder.ts'
export { encodeModel } from './onnx/codec.ts'
export { GraphError, type Graph } from './onnx/graph.ts'
export { openSession } from './runtime/ort-session.ts'
export { RuntimeError, type Session, type Tensor } from './runtime/session.ts'
export { openLanguageModel } from './model/open.ts'
export { ModelError } from './model/config-fields.ts'
export type { LanguageModel } from './model/language-model.ts'
export { readSafetensors, SafetensorsError, writeSafetensors, type StoredTensor } from './model/safetensors.ts'
export { RandomStream } from './sampling/random.ts'
export { LangevinChain } from './sampling/chain.ts'
export { fromTemperature, relaxationSteps, SgldArrays, type Dynamics } from './sampling/sgld.ts'
export { RmspropSgld, type RmspropOptions } from './sampling/rmsprop-sgld.ts'
export { malaAcceptance, MalaChain, type FixedLoss } from './sampling/mala.ts'
export { CrankNicolsonChain, EllipticalSliceChain, type ForwardLoss } from './sampling/forward-only.ts'
