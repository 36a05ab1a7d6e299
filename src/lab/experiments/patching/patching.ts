import { join } from 'node:path'
import { Type, type Static } from '@sinclair/typebox'
import type { LanguageModel } from '../../../engine/model/language-model.ts'
import { StageError } from '../../../stage/stage-context.ts'
import { defineStage } from '../../../stage/stage-kind.ts'
import { readSeries, samplesOf, type Member, type Reading } from '../../series.ts'
import { ratioOfMeans } from '../../statistics/ratio-of-means.ts'
import { familyParam, hookAt, hookFamilies, layersWith } from '../hooks/hook-families.ts'
import { hookedFor, packPairs, type PairBatch } from '../pairs/pair-batch.ts'
import { readPairs } from '../pairs/prompt-pairs.ts'
import { scoreParam, scores } from '../pairs/score.ts'
import { writeScores } from '../pairs/write-scores.ts'
import { meanOf } from '../prompts.ts'
import { headColumns, positionColumns } from './grid-columns.ts'
import { bestCell, checkCell, gridOf, type Grid } from './grid.ts'
import { patchGrid, type GridPlan, type GridScores } from './patch-grid.ts'
import { patchingReport } from './patching-report.ts'

const params = Type.Object({
  hook: familyParam('resid_pre', 'Activation that is exchanged'),
  by: Type.Optional(
    Type.Union([Type.Literal('position'), Type.Literal('head')], {
      description: 'Columns of the grid. Left out: heads for z, q, k, v and pattern, positions for the others',
    }),
  ),
  position: Type.Optional(
    Type.String({ description: 'By head: exchange only at the position of this label, such as END' }),
  ),
  layers: Type.Optional(
    Type.Array(Type.Integer({ minimum: 0 }), { minItems: 1, description: 'Blocks of the grid. Left out: all' }),
  ),
  direction: Type.Union([Type.Literal('denoise'), Type.Literal('noise')], {
    default: 'denoise',
    description: 'denoise: clean activations into the corrupted run; noise: corrupted ones into the clean run',
  }),
  score: scoreParam,
  cell: Type.Optional(
    Type.Object(
      {
        layer: Type.Integer({ minimum: 0, description: 'Block' }),
        column: Type.String({ description: 'Head number or name of the position' }),
      },
      {
        additionalProperties: false,
        description: 'Cell that the metric `effect` is of. Left out: where the exchange changes most on average',
      },
    ),
  ),
})

export const patching = defineStage({
  name: 'patching',
  version: 2,
  role: 'experiment',
  summary:
    'Activation patching over layer × position or layer × head: what share of the answer does each activation carry?',
  source: 'Meng et al. 2022 (arXiv 2202.05262); Wang et al. 2022 (arXiv 2211.00593); normalised as in TransformerLens',
  seeded: false,
  params,
  inputs: {
    model: { accepts: ['model', 'ensemble'], description: 'The model, or draws of it' },
    pairs: { accepts: ['pairs', 'path'], description: 'Clean and corrupted prompts, such as ioi-pairs makes' },
  },
  outputs: {
    metrics: { type: 'metrics', description: 'Metrics effect, clean, corrupt' },
    grid: { type: 'record', description: 'Effect at each cell with its standard error over draws' },
    items: {
      type: 'readings',
      description:
        'Scores of each pair: safetensors, `patched` [models, layers, columns, pairs], `clean`, `corrupt` [models, pairs], and `chain`, `draw`, `step` [models]',
    },
  },
  metrics: {
    effect: {
      unit: 'dimensionless',
      description: '(patched − corrupt)/(clean − corrupt) at `cell`: 1 is the clean answer, 0 the corrupted one',
    },
    clean: { unit: 'logits', description: 'Score of the clean prompts' },
    corrupt: { unit: 'logits', description: 'Score of the corrupted prompts' },
  },
  run: async ({ with: given, inputs, ctx }) => {
    const batch = packPairs(await readPairs(inputs.pairs?.path ?? ''))
    let plan: GridPlan | undefined
    const readings = await readSeries(inputs.model, ctx, async (model) => {
      plan ??= planOf(model, batch, given)
      return patchGrid(hookedFor(model, batch), batch, {
        ...plan,
        onCell: () => {
          ctx.signal.throwIfAborted()
        },
      })
    })
    const grid = gridOf(readings, plan!)
    const cell =
      given.cell === undefined ? bestCell(grid, given.direction === 'denoise' ? 0 : 1) : checkCell(grid, given.cell)
    const path = join(ctx.out, 'items.safetensors')
    await writeScores(
      path,
      readings.map(({ member }) => member),
      itemsOf(readings),
    )
    return {
      metrics: { value: { metrics: metricsOf(readings, { cell, score: given.score, items: batch.pairs.length }) } },
      grid: { value: { ...grid, hook: given.hook, direction: given.direction, cell } as never },
      items: { path },
    }
  },
  report: ({ with: given, outputs }) => patchingReport(given, outputs),
})

function planOf(model: LanguageModel, batch: PairBatch, given: Static<typeof params>): GridPlan {
  const { hook, position, direction, score } = given
  const network = hookedFor(model, batch)
  const all = layersWith(network, hook)
  const layers = given.layers ?? all
  const missing = layers.find((layer) => !all.includes(layer))
  if (missing !== undefined) throw new StageError(`there is no block ${missing}: they run from 0 to ${all.length - 1}`)
  const by = given.by ?? (hookFamilies[hook].heads ? 'head' : 'position')
  const columns =
    by === 'head'
      ? headColumns(network, hookAt(hook, layers[0]!), { pairs: batch.pairs, position })
      : positionColumns(batch.pairs)
  return { hook, layers, columns, direction, score }
}

type Readings = readonly { readonly member: Member; readonly reading: GridScores }[]

function metricsOf(
  readings: Readings,
  { cell, score, items }: { cell: Grid['cell']; score: GridPlan['score']; items: number },
) {
  const of = (value: (scores: GridScores) => Reading) =>
    readings.map(({ member, reading }) => ({ member, reading: value(reading) }))
  const { unit } = scores[score]
  return {
    effect: {
      ...samplesOf(
        of((one) => effectAt(one, cell)),
        { unit: 'dimensionless', items },
      ),
    },
    clean: {
      ...samplesOf(
        of(({ clean }) => meanOf([...clean])),
        { unit, items },
      ),
    },
    corrupt: {
      ...samplesOf(
        of(({ corrupt }) => meanOf([...corrupt])),
        { unit, items },
      ),
    },
  }
}

const effectAt = ({ clean, corrupt, patched }: GridScores, { row, column }: Grid['cell']): Reading =>
  ratioOfMeans(
    patched[row]![column]!.map((score, i) => score - corrupt[i]!),
    clean.map((score, i) => score - corrupt[i]!),
  )

function itemsOf(readings: Readings): Parameters<typeof writeScores>[2] {
  const { clean, patched } = readings[0]!.reading
  const stack = (of: (one: GridScores) => readonly number[]): number[] => readings.flatMap(({ reading }) => of(reading))
  return {
    patched: {
      shape: [patched.length, patched[0]!.length, clean.length],
      values: stack((one) => one.patched.flat().flatMap((row) => [...row])),
    },
    clean: { shape: [clean.length], values: stack((one) => [...one.clean]) },
    corrupt: { shape: [clean.length], values: stack((one) => [...one.corrupt]) },
  }
}
