import type { Call, Loop, Tensor } from './tensor.ts'
import { at, fill, floatOf, indicesOf, intOf, intsOf, positive, textOf } from './tensor.ts'

const mean = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0) / v.length
const variance = (v: readonly number[]): number => mean(v.map((e) => (e - mean(v)) ** 2))

/** The elements that share an element's coordinates on the axes that are not `over`. */
function fellows(x: Tensor, index: readonly number[], over: readonly number[]): number[] {
  return indicesOf(over.map((axis) => x.shape[axis]!)).map((inner) => {
    const place = [...index]
    over.forEach((axis, i) => (place[axis] = inner[i]!))
    return at(x, place)
  })
}
const from = (first: number, rank: number): number[] => Array.from({ length: rank - first }, (_, i) => first + i)
const epsilonOf = ({ attributes }: Call): number => floatOf(attributes, 'epsilon', 1e-5)

function layer(call: Call): Tensor[] {
  const [x, scale, bias] = call.x
  const over = from(positive(intOf(call.attributes, 'axis', -1), x!.shape.length), x!.shape.length)
  const inverse = (v: readonly number[]): number => 1 / Math.sqrt(variance(v) + epsilonOf(call))
  return call.y.map((type, k) =>
    fill(type, (index) => {
      const v = fellows(x!, index, over)
      if (k > 0) return k === 1 ? mean(v) : inverse(v)
      return (at(x!, index) - mean(v)) * inverse(v) * at(scale!, index) + (bias === undefined ? 0 : at(bias, index))
    }),
  )
}

function rms(call: Call): Tensor[] {
  const [x, scale] = call.x
  const over = from(positive(intOf(call.attributes, 'axis', -1), x!.shape.length), x!.shape.length)
  return call.y.map((type, k) =>
    fill(type, (index) => {
      const inverse = 1 / Math.sqrt(mean(fellows(x!, index, over).map((e) => e * e)) + epsilonOf(call))
      return k === 0 ? at(x!, index) * inverse * at(scale!, index) : inverse
    }),
  )
}

function group(call: Call): Tensor[] {
  const [x, scale, bias] = call.x
  const channels = x!.shape[1]!
  const groups = intOf(call.attributes, 'num_groups', 1)
  const each = channels / groups
  const apart = { ...x!, shape: [x!.shape[0]!, groups, each, ...x!.shape.slice(2)] }
  return [
    fill(call.y[0]!, ([n, c, ...place]) => {
      const k = Math.floor(c! / each)
      const v = fellows(apart, [n!, k, 0, ...place], from(2, apart.shape.length))
      const own = scale!.data.length === channels ? c! : k
      const normal = (at(x!, [n!, c!, ...place]) - mean(v)) / Math.sqrt(variance(v) + epsilonOf(call))
      return normal * scale!.data[own]! + bias!.data[own]!
    }),
  ]
}

const labels = (call: Call, logs: (index: readonly number[]) => number): Tensor => {
  const { x, attributes, y } = call
  const ignored = attributes['ignore_index'] === undefined ? undefined : intOf(attributes, 'ignore_index', 0)
  const reduction = textOf(attributes, 'reduction', 'mean')
  const each = indicesOf(x[1]!.shape).map(([n, ...place]) => {
    const label = at(x[1]!, [n!, ...place])
    if (label === ignored) return [0, 0] as const
    const weight = x[2]?.data[label] ?? 1
    return [-weight * logs([n!, label, ...place]), weight] as const
  })
  const total = each.reduce((s, [value]) => s + value, 0)
  if (reduction === 'none') return { ...y[0]!, data: each.map(([value]) => value) }
  return { ...y[0]!, data: [reduction === 'sum' ? total : total / each.reduce((s, [, weight]) => s + weight, 0)] }
}

export const normalization: Readonly<Record<string, Loop>> = {
  LayerNormalization: layer,
  SimplifiedLayerNormalization: rms,
  GroupNormalization: group,
  BatchNormalization: (call) => {
    const [x] = call.x
    const [scale, bias, mu, v] = call.x.slice(1).map((one) => one.data)
    return [
      fill(call.y[0]!, (index) => {
        const c = index[1]!
        const normal = (at(x!, index) - mu![c]!) / Math.sqrt(v![c]! + epsilonOf(call))
        return normal * scale![c]! + bias![c]!
      }),
    ]
  },
  InstanceNormalization: (call) => {
    const [x, scale, bias] = call.x
    return [
      fill(call.y[0]!, (index) => {
        const v = fellows(x!, index, from(2, x!.shape.length))
        const normal = (at(x!, index) - mean(v)) / Math.sqrt(variance(v) + epsilonOf(call))
        return normal * scale!.data[index[1]!]! + bias!.data[index[1]!]!
      }),
    ]
  },
  LRN: ({ x: [x], attributes, y }) => {
    const size = intOf(attributes, 'size', 1)
    const [alpha, beta, bias] = [
      floatOf(attributes, 'alpha', 0.0001),
      floatOf(attributes, 'beta', 0.75),
      floatOf(attributes, 'bias', 1),
    ]
    return [
      fill(y[0]!, (index) => {
        let squares = 0
        for (let k = 0; k < size; k++) {
          const c = index[1]! - Math.floor((size - 1) / 2) + k
          if (c >= 0 && c < x!.shape[1]!) squares += at(x!, index.with(1, c)) ** 2
        }
        return at(x!, index) / (bias + (alpha / size) * squares) ** beta
      }),
    ]
  },
  LpNormalization: ({ x: [x], attributes, y }) => {
    const axis = positive(intOf(attributes, 'axis', -1), x!.shape.length)
    const p = intOf(attributes, 'p', 2)
    return [
      fill(y[0]!, (index) => {
        const total = fellows(x!, index, [axis]).reduce((s, e) => s + Math.abs(e) ** p, 0)
        return at(x!, index) / total ** (1 / p)
      }),
    ]
  },
  MeanVarianceNormalization: ({ x: [x], attributes, y }) => {
    const over = intsOf(attributes, 'axes', [0, 2, 3])
    return [
      fill(y[0]!, (index) => {
        const v = fellows(x!, index, over)
        return (at(x!, index) - mean(v)) / (Math.sqrt(variance(v)) + 1e-9)
      }),
    ]
  },
  SoftmaxCrossEntropyLoss: (call) => {
    const logs = (index: readonly number[]): number =>
      at(call.x[0]!, index) - Math.log(fellows(call.x[0]!, index, [1]).reduce((s, e) => s + Math.exp(e), 0))
    return [labels(call, logs), ...call.y.slice(1).map((type) => fill(type, logs))]
  },
  NegativeLogLikelihoodLoss: (call) => [labels(call, (index) => at(call.x[0]!, index))],
}
