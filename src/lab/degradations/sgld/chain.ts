import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import { StageError } from '../../../stage/stage-context.ts'
import type { StageContext } from '../../../stage/stage-context.ts'
import { defineStage } from '../../../stage/stage-kind.ts'
import { readDataset } from '../../datasets/dataset.ts'
import { firstSequences } from '../../datasets/first-sequences.ts'
import type { SamplerParams } from './params.ts'
import { samplerParams } from './params.ts'
import { recordAsJson } from './record.ts'

/** One chain; `sgld` grows one of these for each chain, so that chains run side by side and resume alone. */
export const sgldChain = defineStage({
  name: 'sgld-chain',
  version: 1,
  role: 'part',
  summary: 'One chain of SGLD (part of sgld)',
  seeded: true,
  params: Type.Object({
    ...samplerParams,
    chain: Type.Integer({ minimum: 0, default: 0, description: 'Which chain this is' }),
  }),
  inputs: {
    model: { accepts: ['model'], description: 'The trained model, w₀' },
    data: { accepts: ['dataset'], description: 'Data of the posterior' },
    measured: {
      accepts: ['dataset'],
      optional: true,
      description: 'Data on which draws are measured; left out: the same',
    },
    warm: { accepts: ['ensemble'], optional: true, description: 'Draws of a colder level, to start from its last' },
  },
  outputs: {
    draws: { type: 'ensemble', description: 'Recorded weights' },
    record: { type: 'record', description: 'Trace, losses and norms' },
  },
  run: async ({ with: params, inputs, ctx }) => {
    const folder = inputs['model']?.path ?? ''
    const data = await readDataset(inputs['data']?.path ?? '')
    const measured = inputs['measured']?.path === undefined ? data : await readDataset(inputs['measured'].path)
    const warm = inputs['warm']?.path
    const { record, files } = await sample({
      folder,
      warm,
      params,
      ctx,
      data,
      evaluation: firstSequences(measured, params.evaluate),
    })
    const out = join(ctx.out, 'draws')
    await mkdir(out, { recursive: true })
    for (const file of files) await copyFile(join(ctx.scratch, file), join(out, file))
    for (const file of ['config.json', 'tokenizer.json']) await copyFile(join(folder, file), join(out, file))
    const members = files.map((file, draw) => ({
      file,
      chain: params.chain,
      draw,
      step: record.draws[draw]?.step ?? 0,
    }))
    await writeFile(join(out, 'series.json'), `${JSON.stringify({ version: 1, members }, null, 2)}\n`)
    return { draws: { path: out }, record: { value: recordAsJson(record) } }
  },
})

interface Sample {
  readonly folder: string
  readonly warm: string | undefined
  readonly params: SamplerParams & { readonly chain: number }
  readonly ctx: StageContext
  readonly data: Awaited<ReturnType<typeof readDataset>>
  readonly evaluation: Awaited<ReturnType<typeof readDataset>>
}

/** Opens the engine (loaded here, so that listing kinds stays quick), sets the start and runs. */
async function sample({ folder, warm, params, ctx, data, evaluation }: Sample) {
  const { openSampler } = await import('./open-sampler.ts')
  const { runChain } = await import('./chain-run.ts')
  if (data.sequences < params.batch)
    throw new StageError(
      `the data has ${data.sequences} sequences, fewer than one batch of ${params.batch}`,
      'Lower batch, or give more text.',
    )
  const sampler = await openSampler({
    folder,
    warm,
    chain: params.chain,
    batch: params.batch,
    data,
    threads: ctx.threads,
  })
  try {
    return await runChain({ params, ...sampler, data, evaluation, warm: warm !== undefined, ctx })
  } finally {
    await sampler.model.close()
    await sampler.evaluator.close()
  }
}
