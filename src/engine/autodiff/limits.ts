import type { Attributes } from '../onnx/graph.ts'
import type { Op } from '../onnx/ops.ts'
import { intAttribute, textAttribute } from '../onnx/ops/op-use.ts'

/** Says why a rule does not cover these attributes; nothing where it does. */
type Limit = (attributes: Attributes) => string | undefined

/** An attribute of text that must be one of those listed. */
const oneOf =
  (name: string, otherwise: string, known: readonly string[]): Limit =>
  (attributes) => {
    const value = textAttribute(attributes, name, otherwise)
    return known.includes(value) ? undefined : `its rule does not cover ${name} "${value}"`
  }
/** An attribute that switches something on that the rule leaves out. */
const off =
  (name: string, why: string): Limit =>
  (attributes) =>
    intAttribute(attributes, name, 0) === 0 ? undefined : why
const all =
  (...limits: readonly Limit[]): Limit =>
  (attributes) =>
    limits.map((limit) => limit(attributes)).find((why) => why !== undefined)

const scatterModes = oneOf('reduction', 'none', ['none', 'add', 'mul', 'max', 'min'])
const lossModes = oneOf('reduction', 'mean', ['none', 'mean', 'sum'])
const paddings = oneOf('auto_pad', 'NOTSET', ['NOTSET', 'VALID', 'SAME_UPPER', 'SAME_LOWER'])

/** What a rule leaves out, by attribute. Operators that are not here are covered with every attribute ONNX gives them. */
export const limits: Readonly<Partial<Record<Op, Limit>>> = {
  BatchNormalization: off('training_mode', 'in training mode it changes its own statistics; export in evaluation mode'),
  Resize: all(
    oneOf('mode', 'nearest', ['nearest', 'linear', 'cubic']),
    oneOf('coordinate_transformation_mode', 'half_pixel', [
      'half_pixel',
      'half_pixel_symmetric',
      'pytorch_half_pixel',
      'align_corners',
      'asymmetric',
    ]),
    oneOf('keep_aspect_ratio_policy', 'stretch', ['stretch']),
    off('antialias', 'its rule does not cover antialias'),
    off('exclude_outside', 'its rule does not cover exclude_outside'),
  ),
  Pad: oneOf('mode', 'constant', ['constant', 'reflect', 'edge', 'wrap']),
  Gelu: oneOf('approximate', 'none', ['none', 'tanh']),
  DepthToSpace: oneOf('mode', 'DCR', ['DCR', 'CRD']),
  ScatterElements: scatterModes,
  ScatterND: scatterModes,
  SoftmaxCrossEntropyLoss: lossModes,
  NegativeLogLikelihoodLoss: lossModes,
  Conv: paddings,
  ConvTranspose: paddings,
  MaxPool: paddings,
  AveragePool: paddings,
  LpPool: paddings,
}
