import type { GraphBuilder, Value } from '../../onnx/builder.ts'
import { sizeOf } from '../../onnx/graph.ts'
import { axisIn, floatAttribute, intAttribute, intsAttribute } from '../../onnx/ops/op-use.ts'
import {
  averaged,
  plus,
  product,
  reshaped,
  square,
  summed,
  summedAway,
  times,
  transposed,
  upTo,
} from '../arithmetic.ts'
import type { GradientRule, RuleUse } from '../rule.ts'

interface Normal {
  /** x̂ = (x − μ)·r. */
  readonly normal: Value
  /** r = 1/√(variance + ε). */
  readonly inverse: Value
  readonly axes: readonly number[]
}

/** x brought to mean 0 and variance 1 over the axes. */
function normalised(
  g: GraphBuilder,
  x: Value,
  { axes, epsilon }: { axes: readonly number[]; epsilon: number },
): Normal {
  const centred = g.add('Sub', [x, averaged(g, x, axes)])
  const inverse = g.add('Reciprocal', [g.add('Sqrt', [plus(g, averaged(g, square(g, centred), axes), epsilon)])])
  return { normal: g.add('Mul', [centred, inverse]), inverse, axes }
}

/** With h = dL/dx̂: dx = r·(h − mean(h) − x̂·mean(h·x̂)). Ba, Kiros and Hinton 2016. */
function through(g: GraphBuilder, h: Value, { normal, inverse, axes }: Normal): Value {
  const average = averaged(g, h, axes)
  const lean = averaged(g, g.add('Mul', [h, normal]), axes)
  return g.add('Mul', [g.add('Sub', [g.add('Sub', [h, average]), g.add('Mul', [normal, lean])]), inverse])
}

/** [C] as [C, 1, …], against [N, C, …]. */
const perChannel = (g: GraphBuilder, value: Value, rank: number): Value =>
  reshaped(g, value, [value.shape[0]!, ...new Array<number>(rank - 2).fill(1)])
const butChannels = (x: Value): number[] => [0, ...upTo(x.shape.length - 2).map((i) => i + 2)]
const epsilonOf = ({ attributes }: RuleUse): number => floatAttribute(attributes, 'epsilon', 1e-5)

/**
 * y = x̂·γ + β, x̂ = (x − μ)·r: with h = dy·γ, dx = r·(h − mean(h) − x̂·mean(h·x̂)). Uses the operator's own mean and inverse
 * deviation, which the walk asks for, so nothing is computed twice.
 */
function layer(use: RuleUse): (Value | null)[] {
  const {
    g,
    x: [x, scale],
    y: [, mean, deviation],
    dy: [dy],
    attributes,
    wants,
  } = use
  const axis = axisIn(use, intAttribute(attributes, 'axis', -1), x!.shape.length)
  const axes = g.ints(x!.shape.flatMap((_, i) => (i >= axis ? [i] : [])))
  const normal = g.add('Mul', [g.add('Sub', [x!, mean!]), deviation!])
  const scaled = g.add('Mul', [dy!, scale!])
  const average = g.add('ReduceMean', [scaled, axes])
  const lean = g.add('ReduceMean', [g.add('Mul', [scaled, normal]), axes])
  const centred = g.add('Sub', [g.add('Sub', [scaled, average]), g.add('Mul', [normal, lean])])
  return [wants(0) ? g.add('Mul', [centred, deviation!]) : null, wants(1) ? g.add('Mul', [dy!, normal]) : null, dy!]
}

/** y = x·r·γ, r = 1/√(mean x² + ε): dx = r·(h − x·r²·mean(h·x)), h = dy·γ. Zhang and Sennrich 2019. */
function rms(use: RuleUse): (Value | null)[] {
  const {
    g,
    x: [x, scale],
    dy: [dy],
    wants,
  } = use
  const axis = axisIn(use, intAttribute(use.attributes, 'axis', -1), x!.shape.length)
  const axes = upTo(x!.shape.length).slice(axis)
  const inverse = g.add('Reciprocal', [g.add('Sqrt', [plus(g, averaged(g, square(g, x!), axes), epsilonOf(use))])])
  const normal = g.add('Mul', [x!, inverse])
  const scaled = g.add('Mul', [dy!, scale!])
  const lean = averaged(g, g.add('Mul', [scaled, normal]), axes)
  const dx = (): Value => g.add('Mul', [g.add('Sub', [scaled, g.add('Mul', [normal, lean])]), inverse])
  return [wants(0) ? dx() : null, wants(1) ? g.add('Mul', [dy!, normal]) : null]
}

/** Inference form, y = γ·(x − μ)·r + β with r = 1/√(v + ε), all five inputs free. Ioffe and Szegedy 2015. */
function batch(use: RuleUse): (Value | null)[] {
  const { g, x, dy, wants } = use
  const rank = x[0]!.shape.length
  const [scale, , mean, variance] = x.slice(1).map((one) => perChannel(g, one, Math.max(2, rank)))
  const inverse = g.add('Reciprocal', [g.add('Sqrt', [plus(g, variance!, epsilonOf(use))])])
  const gain = g.add('Mul', [scale!, inverse])
  const normal = (): Value => product(g, g.add('Sub', [x[0]!, mean!]), inverse)
  const total = (value: Value): Value => summedAway(g, value, butChannels(x[0]!))
  const flat = (value: Value): Value => reshaped(g, value, x[1]!.shape)
  const dx = g.add('Mul', [dy[0]!, gain])
  return [
    dx,
    wants(1) ? total(g.add('Mul', [dy[0]!, normal()])) : null,
    wants(2) ? total(dy[0]!) : null,
    wants(3) ? g.add('Neg', [total(dx)]) : null,
    wants(4) ? g.add('Mul', [total(product(g, dx, normal())), flat(times(g, -0.5, inverse))]) : null,
  ]
}

/** Each channel of each sample by itself. Ulyanov, Vedaldi and Lempitsky 2016. */
function instance(use: RuleUse): (Value | null)[] {
  const { g, x, dy } = use
  const rank = x[0]!.shape.length
  const found = normalised(g, x[0]!, { axes: upTo(rank).slice(2), epsilon: epsilonOf(use) })
  const total = (value: Value): Value => summedAway(g, value, butChannels(x[0]!))
  return [
    through(g, g.add('Mul', [dy[0]!, perChannel(g, x[1]!, rank)]), found),
    total(g.add('Mul', [dy[0]!, found.normal])),
    total(dy[0]!),
  ]
}

/** Groups of channels of each sample, Wu and He 2018; scale and bias of each channel, or of each group as before opset 21. */
function group(use: RuleUse): (Value | null)[] {
  const { g, x, dy } = use
  const [n, channels, ...rest] = x[0]!.shape as [number, number, ...number[]]
  const groups = intAttribute(use.attributes, 'num_groups', 1)
  const apart = [n, groups, channels / groups, ...rest]
  const scale = reshaped(g, x[1]!, [
    1,
    groups,
    x[1]!.shape[0] === channels ? channels / groups : 1,
    ...rest.map(() => 1),
  ])
  const found = normalised(g, reshaped(g, x[0]!, apart), {
    axes: upTo(apart.length).slice(2),
    epsilon: epsilonOf(use),
  })
  const split = reshaped(g, dy[0]!, apart)
  const axes = [0, ...(scale.shape[2] === 1 ? [2] : []), ...upTo(apart.length).slice(3)]
  const total = (value: Value): Value => reshaped(g, summed(g, value, axes), x[1]!.shape)
  return [
    reshaped(g, through(g, g.add('Mul', [split, scale]), found), x[0]!.shape),
    total(g.add('Mul', [split, found.normal])),
    total(split),
  ]
}

/**
 * y = x·S^{−β}, S = bias + (α/size)·Σ x² over a window of channels: dx = dy·S^{−β} − (2αβ/size)·x·Σ dy·x·S^{−β−1}, the sum
 * over the channels in whose window it lies. Krizhevsky, Sutskever and Hinton 2012.
 */
function localResponse(use: RuleUse): Value {
  const {
    g,
    x: [x],
    dy: [dy],
    attributes,
  } = use
  const size = intAttribute(attributes, 'size', 1)
  const [alpha, beta, bias] = [
    floatAttribute(attributes, 'alpha', 0.0001),
    floatAttribute(attributes, 'beta', 0.75),
    floatAttribute(attributes, 'bias', 1),
  ]
  const [n, channels] = x!.shape as [number, number]
  const flat = (v: Value): Value => reshaped(g, v, [n, channels, sizeOf(x!.shape.slice(2))])
  const isNear = (from: number, to: number): boolean =>
    to >= from - Math.floor((size - 1) / 2) && to <= from + Math.ceil((size - 1) / 2)
  const window = upTo(channels).flatMap((from) => upTo(channels).map((to) => (isNear(from, to) ? 1 : 0)))
  const sums = g.constant(x!.type, window, [channels, channels])
  const rows = flat(x!)
  const s = plus(g, times(g, alpha / size, g.add('MatMul', [sums, square(g, rows)])), bias)
  const power = (exponent: number): Value => g.add('Pow', [s, g.scalar(exponent, s)])
  const spread = g.add('MatMul', [transposed(g, sums, [1, 0]), product(g, flat(dy!), rows, power(-beta - 1))])
  const lost = times(g, (2 * alpha * beta) / size, g.add('Mul', [rows, spread]))
  return reshaped(g, g.add('Sub', [g.add('Mul', [flat(dy!), power(-beta)]), lost]), x!.shape)
}

/** y = x/‖x‖ₚ: dx = (dy − ∇‖x‖·Σ dy·y)/‖x‖, with ∇‖x‖ = y for p = 2 and sign x for p = 1. */
function toUnit(use: RuleUse): Value {
  const {
    g,
    x: [x],
    y: [y],
    dy: [dy],
    attributes,
  } = use
  const axis = g.ints([axisIn(use, intAttribute(attributes, 'axis', -1), x!.shape.length)])
  const isEuclidean = intAttribute(attributes, 'p', 2) === 2
  const length = g.add(isEuclidean ? 'ReduceL2' : 'ReduceL1', [x!, axis])
  const slope = isEuclidean ? y! : g.add('Sign', [x!])
  const lean = g.add('ReduceSum', [g.add('Mul', [dy!, y!]), axis])
  return g.add('Div', [g.add('Sub', [dy!, g.add('Mul', [slope, lean])]), length])
}

/** y = c/(s + 10⁻⁹), c = x − μ, s its deviation: dx = (dy − mean dy)/t − c·mean(dy·c)/(s·t²), t = s + 10⁻⁹. */
function standard(use: RuleUse): Value {
  const {
    g,
    x: [x],
    dy: [dy],
  } = use
  const axes = (intsAttribute(use.attributes, 'axes') ?? [0, 2, 3]).map((axis) => axisIn(use, axis, x!.shape.length))
  const c = g.add('Sub', [x!, averaged(g, x!, axes)])
  const s = g.add('Sqrt', [averaged(g, square(g, c), axes)])
  const t = plus(g, s, 1e-9)
  const lean = g.add('Div', [averaged(g, g.add('Mul', [dy!, c]), axes), product(g, s, t)])
  return g.add('Div', [g.add('Sub', [g.add('Sub', [dy!, averaged(g, dy!, axes)]), g.add('Mul', [c, lean])]), t])
}

export const normalization = {
  LayerNormalization: layer,
  SimplifiedLayerNormalization: rms,
  BatchNormalization: batch,
  InstanceNormalization: instance,
  GroupNormalization: group,
  LRN: (use) => [localResponse(use)],
  LpNormalization: (use) => [toUnit(use)],
  MeanVarianceNormalization: (use) => [standard(use)],
} satisfies Record<string, GradientRule>
