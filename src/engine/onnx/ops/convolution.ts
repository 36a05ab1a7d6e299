import type { ShapeRule } from './op-use.ts'
import { input, intAttribute } from './op-use.ts'
import { convolutionWindows, transposedWindows } from './window.ts'

/** Convolutions over one to three spatial axes, [N, C, …]. */
export const convolution = {
  Conv: (use) => {
    const [x, w] = [input(use, 0), input(use, 1)]
    return [{ type: x.type, shape: [x.shape[0]!, w.shape[0]!, ...convolutionWindows(use).map(({ places }) => places)] }]
  },
  ConvTranspose: (use) => {
    const [x, w] = [input(use, 0), input(use, 1)]
    const channels = w.shape[1]! * intAttribute(use.attributes, 'group', 1)
    return [{ type: x.type, shape: [x.shape[0]!, channels, ...transposedWindows(use).map(({ size }) => size)] }]
  },
} satisfies Record<string, ShapeRule>
