import { basename, join } from 'node:path'
import { Type, type Static } from '@sinclair/typebox'
import type { LanguageModel } from '../../../engine/model/language-model.ts'
import { StageError } from '../../../stage/stage-context.ts'
import { defineStage } from '../../../stage/stage-kind.ts'
import { readText } from '../../datasets/read-text.ts'
import { openTokenizer, type TextTokenizer } from '../../datasets/tokenizer.ts'
import { seededRandom } from '../../random.ts'
import { readSeries, samplesOf, type Reading } from '../../series.ts'
import { familyParam, hookAt, hookFamilies, layersWith } from '../hooks/hook-families.ts'
import { writeScores } from '../pairs/write-scores.ts'
import { packPrompts, type PromptBatch } from '../prompts.ts'
import { makeFolds } from './cross-validate.ts'
import type { Features } from './standardise.ts'
import { probeReport } from './probe-report.ts'
import { readTable } from './read-table.ts'
import { dealOf, scoreProbe, type ProbeScores } from './score-probe.ts'

const params = Type.Object({
  hook: familyParam('resid_post', 'Activation that is read'),
  layer: Type.Optional(Type.Integer({ minimum: 0, description: 'Block, from 0. Left out: the last' })),
  position: Type.Union([Type.Literal('last'), Type.Literal('mean')], {
    default: 'last',
    description: 'last: at the last token of the text; mean: averaged over its tokens, the start token left out',
  }),
  folds: Type.Integer({ minimum: 2, maximum: 50, default: 5, description: 'Folds of the cross-validation' }),
  controls: Type.Integer({
    minimum: 1,
    maximum: 50,
    default: 5,
    description: 'Times that the labels are dealt out at random',
  }),
  penalty: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      description:
        'λ of the penalty λ·‖w‖² on standardised features, rows scaled to length 1 on average. Left out: by leave-one-out in each fold (numbers, places), 0.01 (classes)',
    }),
  ),
})

export const probe = defineStage({
  name: 'probe',
  version: 2,
  role: 'experiment',
  summary: 'Linear probe: can a label, a number or a place on the globe be read off an activation?',
  source: 'Alain and Bengio 2016 (arXiv 1610.01644); control task: Hewitt and Liang 2019 (arXiv 1909.03368)',
  example: ['model: some-model', 'table: ./cities.csv'].join('\n'),
  seeded: true,
  params,
  inputs: {
    model: { accepts: ['model', 'ensemble', 'checkpoints'], description: 'The model, or draws of it' },
    table: {
      accepts: ['path', 'text'],
      description:
        'CSV or JSONL: text, and label (a word: logistic regression; a number or a list: ridge) or lat and lon in degrees (ridge on the unit sphere)',
    },
  },
  outputs: {
    metrics: { type: 'metrics', description: 'Metrics r2 or accuracy, control, selectivity; of places also distance' },
    items: {
      type: 'readings',
      description:
        'Out-of-fold predictions: safetensors, `predicted` [models, targets, rows], and `chain`, `draw`, `step` [models]',
    },
  },
  metrics: {
    r2: { unit: 'dimensionless', description: 'Cross-validated R² (numbers and places)' },
    accuracy: { unit: 'proportion', description: 'Cross-validated accuracy (classes)' },
    control: { unit: 'dimensionless', description: 'The same with labels dealt out at random among the texts' },
    selectivity: { unit: 'dimensionless', description: 'What the probe has more than its control' },
    distance: { unit: 'km', description: 'Median great-circle distance to the right place (places)' },
  },
  run: async ({ with: given, inputs, ctx }) => {
    const file = inputs.table?.path ?? ''
    const table = readTable(await readText(file), basename(file))
    const rows = table.texts.length
    if (rows < 2 * given.folds) throw new StageError(`${rows} texts are too few for ${given.folds} folds`)
    const tokenizer = await openTokenizer(inputs.model?.path ?? '')
    const plan = {
      folds: makeFolds(table.texts, given.folds, seededRandom(ctx.seed, 'folds')),
      penalty: given.penalty,
      deals: Array.from({ length: given.controls }, (_, i) =>
        dealOf(table.texts, seededRandom(ctx.seed, 'control', i)),
      ),
    }
    const batch = textBatch(table.texts, tokenizer)
    const readings = await readSeries(inputs.model, ctx, async (model) =>
      scoreProbe(await activations(model, batch, { ...given, start: tokenizer.bos }), table.targets, plan),
    )
    const path = join(ctx.out, 'items.safetensors')
    const { predicted } = readings[0]!.reading
    const members = readings.map(({ member }) => member)
    await writeScores(path, members, {
      predicted: {
        shape: [predicted.length, rows],
        values: readings.flatMap(({ reading }) => reading.predicted.flatMap((column) => [...column])),
      },
    })
    const of = (value: (scores: ProbeScores) => Reading, unit: 'proportion' | 'dimensionless') => {
      const one = readings.map(({ member, reading }) => ({ member, reading: value(reading) }))
      return { ...samplesOf(one, { unit, items: rows }) }
    }
    const isClass = table.targets.kind === 'class'
    const metrics = {
      [isClass ? 'accuracy' : 'r2']: of(({ score }) => score, isClass ? 'proportion' : 'dimensionless'),
      control: of(({ control }) => control, isClass ? 'proportion' : 'dimensionless'),
      selectivity: of(
        ({ score, control }) => ({ mean: score.mean - control.mean, error: Math.hypot(score.error, control.error) }),
        'dimensionless',
      ),
      ...(table.targets.kind === 'globe' ? { distance: of(({ distance }) => distance!, 'dimensionless') } : {}),
    }
    return { metrics: { value: { metrics } as never }, items: { path } }
  },
  report: ({ with: given, outputs }) => probeReport(given, outputs),
})

function textBatch(texts: readonly string[], { bos, pad, encode }: TextTokenizer): PromptBatch {
  const rows = texts.map((text) => [...(bos === undefined ? [] : [bos]), ...encode(text)])
  const empty = rows.findIndex((row) => row.length === (bos === undefined ? 0 : 1))
  if (empty >= 0) throw new StageError(`the text "${texts[empty]}" has no tokens`)
  return packPrompts(rows, pad)
}

type Reader = Pick<Static<typeof params>, 'hook' | 'layer' | 'position'> & { readonly start: number | undefined }

/** The hook's values at the position asked for, all heads side by side. */
async function activations(
  { hooked }: LanguageModel,
  { tokens, length, positions }: PromptBatch,
  { hook, layer, position, start }: Reader,
): Promise<Features> {
  if (hooked === undefined) throw new StageError('this model has no hook points to read')
  if (hook === 'pattern')
    throw new StageError('an attention pattern is as wide as the prompt is long', 'Take another hook.')
  const layers = layersWith(hooked, hook)
  const at = layer ?? layers.at(-1)!
  if (!layers.includes(at)) throw new StageError(`there is no block ${at}: they run from 0 to ${layers.length - 1}`)
  const name = hookAt(hook, at)
  const perSequence = hooked.shape(name, length).shape.reduce((a, b) => a * b, 1)
  const [width, parts] = hookFamilies[hook].heads
    ? [hooked.shape(name, length).shape[3]!, hooked.shape(name, length).shape[1]!]
    : [perSequence / length, 1]
  const values = new Float64Array(positions.length * width * parts)
  await hooked.run({ tokens, length, reads: [name] }, ({ first, count, value }) => {
    const read = value(name)
    for (let i = 0; i < count; i++) {
      const last = positions[first + i]!
      const from = position === 'last' ? last : start === undefined ? 0 : 1
      for (let part = 0; part < parts; part++)
        for (let t = from; t <= last; t++)
          for (let j = 0; j < width; j++)
            values[((first + i) * parts + part) * width + j]! +=
              read[i * perSequence + (part * length + t) * width + j]! / (last - from + 1)
    }
  })
  return { values, rows: positions.length, width: width * parts }
}
