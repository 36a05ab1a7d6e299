import { join } from 'node:path'
import { Type, type Static } from '@sinclair/typebox'
import type { LanguageModel } from '../../../engine/model/language-model.ts'
import { StageError } from '../../../stage/stage-context.ts'
import { defineStage } from '../../../stage/stage-kind.ts'
import { readSeries, samplesOf } from '../../series.ts'
import { hookedFor, packPairs, type PairBatch } from '../pairs/pair-batch.ts'
import { readPairs } from '../pairs/prompt-pairs.ts'
import { scoreParam, scores } from '../pairs/score.ts'
import { writeScores } from '../pairs/write-scores.ts'
import { meanOf } from '../prompts.ts'
import { groupsOf } from './ablation.ts'
import { circuitReport } from './circuit-report.ts'
import { circuitFinding } from './circuit-finding.ts'
import { sizesOf } from './circuit-sizes.ts'
import { areas, type CircuitPlan } from './evaluate.ts'
import { measureCircuit, type CircuitReading } from './measure-circuit.ts'
import { edgesOf, nodesOf, pickParts } from './nodes.ts'

/** Parts that are each taken out once to rank them. */
const mostRanked = 5000

const nodeList = (description: string) => Type.Array(Type.String(), { minItems: 1, description })
const params = Type.Object({
  among: Type.Union([Type.Literal('heads'), Type.Literal('heads-and-mlps'), Type.Literal('edges')], {
    default: 'heads-and-mlps',
    description:
      'What can be taken out. heads: MLPs stay as they are, as in the IOI paper; edges: ways from embedding, heads and MLPs to later heads, MLPs and the logits',
  }),
  circuit: Type.Optional(
    nodeList(
      'Parts of the circuit: heads as 9.6, MLPs as mlp.0, edges as embed->0.3, 0.3->1.1, 1.1->logits. Left out: ranked by patching on every second pair',
    ),
  ),
  classes: Type.Optional(
    Type.Array(
      Type.Object(
        { name: Type.String({ description: 'Name of the class' }), nodes: nodeList('Its nodes') },
        { additionalProperties: false },
      ),
      { description: 'Classes of nodes, such as name movers; each is also taken out of the whole model by itself' },
    ),
  ),
  k: Type.Number({
    exclusiveMinimum: 0,
    maximum: 1,
    default: 0.2,
    description: 'Of a ranked circuit: the share of nodes whose faithfulness and completeness are the metrics',
  }),
  ablation: Type.Union([Type.Literal('mean'), Type.Literal('zero'), Type.Literal('resample')], {
    default: 'mean',
    description:
      'What stands in for a node: its mean over corrupted prompts of the same template; zero; its activation on the corrupted twin',
  }),
  score: scoreParam,
})
export type CircuitParams = Static<typeof params>

export const circuit = defineStage({
  name: 'circuit',
  version: 2,
  role: 'experiment',
  summary: 'Faithfulness and completeness of a circuit of heads, MLPs or edges, given or ranked by patching',
  source:
    'Wang et al. 2022 (arXiv 2211.00593); Marks et al. 2024 (arXiv 2403.19647); MIB, Mueller et al. 2025 (arXiv 2504.13151)',
  seeded: false,
  params,
  inputs: {
    model: { accepts: ['model', 'ensemble'], description: 'The model, or draws of it' },
    pairs: { accepts: ['pairs', 'path'], description: 'Clean and corrupted prompts, such as ioi-pairs makes' },
  },
  outputs: {
    metrics: {
      type: 'metrics',
      description: 'Metrics faithfulness, completeness, difference, whole, empty; of a ranked circuit also cpr and cmd',
    },
    circuit: { type: 'record', description: 'Nodes, f at each size k, classes, and how the mean is taken' },
    items: {
      type: 'readings',
      description:
        'Scores of each pair measured: safetensors, `whole`, `empty`, `kept` [models, pairs], and `chain`, `draw`, `step` [models]',
    },
  },
  metrics: {
    faithfulness: {
      unit: 'dimensionless',
      description: 'f(C) = (m(C) − m(∅))/(m(M) − m(∅)), everything outside C taken out',
    },
    completeness: {
      unit: 'dimensionless',
      description: 'f(M∖C), the circuit itself taken out: 0 where C is all there is',
    },
    difference: { unit: 'logits', description: 'm(M) − m(C), in the score’s own unit' },
    whole: { unit: 'logits', description: 'm(M), the model as it is' },
    empty: { unit: 'logits', description: 'm(∅), everything taken out' },
    cpr: {
      unit: 'dimensionless',
      description: '∫ f dk over shares k of the nodes, most important first (ranked circuits)',
    },
    cmd: { unit: 'dimensionless', description: '∫ |1 − f| dk (ranked circuits)' },
  },
  run: async ({ with: given, inputs, ctx }) => {
    const batch = packPairs(await readPairs(inputs.pairs?.path ?? ''))
    if (given.circuit === undefined && batch.pairs.length < 4)
      throw new StageError(`${batch.pairs.length} pairs are too few to rank nodes on one half and test on the other`)
    const readings = await readSeries(inputs.model, ctx, (model) =>
      measureCircuit(hookedFor(model, batch), batch, planOf(model, batch, given)),
    )
    const items = readings[0]!.reading.whole.length
    const of = (value: (reading: CircuitReading) => { mean: number; error: number }) =>
      readings.map(({ member, reading }) => ({ member, reading: value(reading) }))
    const { unit } = scores[given.score]
    const share = (value: Parameters<typeof of>[0]) => ({ ...samplesOf(of(value), { unit: 'dimensionless', items }) })
    const scored = (value: (reading: CircuitReading) => Float64Array) => ({
      ...samplesOf(
        of((one) => meanOf([...value(one)])),
        { unit, items },
      ),
    })
    const area = (name: 'cpr' | 'cmd') => share((one) => areas(sizesOf, one.curve!, one)[name])
    const metrics = {
      faithfulness: share(({ faithfulness }) => faithfulness),
      completeness: share(({ completeness }) => completeness),
      difference: scored(({ whole, kept }) => whole.map((score, i) => score - kept[i]!)),
      whole: scored(({ whole }) => whole),
      empty: scored(({ empty }) => empty),
      ...(given.circuit === undefined ? { cpr: area('cpr'), cmd: area('cmd') } : {}),
    }
    const { sizes } = groupsOf(batch)
    const path = join(ctx.out, 'items.safetensors')
    const stack = (value: (reading: CircuitReading) => Float64Array) => ({
      shape: [items],
      values: readings.flatMap(({ reading }) => [...value(reading)]),
    })
    const members = readings.map(({ member }) => member)
    await writeScores(path, members, {
      whole: stack(({ whole }) => whole),
      empty: stack(({ empty }) => empty),
      kept: stack(({ kept }) => kept),
    })
    return {
      metrics: { value: { metrics } },
      items: { path },
      circuit: { value: circuitFinding(readings, { groups: sizes, ablation: given.ablation }) as never },
    }
  },
  report: ({ outputs }) => circuitReport(outputs),
})

function planOf(
  model: LanguageModel,
  batch: PairBatch,
  { among, circuit: names, classes = [], k, ablation, score }: CircuitParams,
): CircuitPlan & Parameters<typeof measureCircuit>[2] {
  const network = hookedFor(model, batch)
  const nodes = among === 'edges' ? edgesOf(network) : nodesOf(network, among)
  if (names === undefined && nodes.length > mostRanked)
    throw new StageError(
      `to rank ${nodes.length} edges, each would be cut by itself, which is too many`,
      `Give the circuit, or take a model of at most ${mostRanked} edges.`,
    )
  return {
    nodes,
    ablation,
    score,
    k,
    classes: classes.map((one) => ({ name: one.name, nodes: pickParts(nodes, one.nodes) })),
    ...(names === undefined ? {} : { circuit: pickParts(nodes, names) }),
  }
}
