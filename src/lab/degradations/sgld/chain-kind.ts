import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import { StageError } from '../../../stage/stage-context.ts'
import type { StageContext } from '../../../stage/stage-context.ts'
import type { WorkKind } from '../../../stage/stage-kind.ts'
import type { Dataset } from '../../datasets/dataset.ts'
import { firstSequences } from '../../datasets/first-sequences.ts'
import { copyModelFiles } from '../../models/model-files.ts'
import { checkForms, readSamplerData } from './examples-as-text.ts'
import type { SamplerParams } from './params.ts'
import { chainParam, foundEpsilon } from './params.ts'
import { recordAsJson } from './record.ts'
import type { SamplerDescription } from './sampler-kind.ts'
import type { SamplerName } from './samplers.ts'
import { samplers } from './samplers.ts'

type ChainParams = SamplerParams & { readonly chain: number }

/** One chain of a sampler; `samplerKind` grows one of these for each chain, so that chains run side by side and resume alone. */
export function chainKind({
  name,
  version,
  params,
}: Pick<SamplerDescription, 'name' | 'version' | 'params'>): WorkKind {
  return {
    name: `${name}-chain`,
    version,
    role: 'part',
    summary: `One chain of ${name} (part of ${name})`,
    seeded: true,
    params: Type.Object({ ...params, ...('epsilon' in params ? { epsilon: foundEpsilon } : {}), ...chainParam }),
    inputs: {
      model: { accepts: ['model'], description: 'The trained model, w₀' },
      data: { accepts: ['dataset', 'examples'], description: 'Data of the posterior' },
      measured: {
        accepts: ['dataset', 'examples'],
        optional: true,
        description: 'Data on which draws are measured; left out: the same',
      },
      warm: { accepts: ['ensemble'], optional: true, description: 'Draws of a colder level, to start from its last' },
    },
    outputs: {
      draws: { type: 'ensemble', description: 'Recorded weights' },
      record: { type: 'record', description: 'Trace, losses and norms' },
    },
    run: async ({ with: given, inputs, ctx }) => {
      const chain = given as unknown as ChainParams
      const folder = inputs['model']?.path ?? ''
      const { data, measured } = await readSamplerData(inputs['data'], inputs['measured'])
      checkForms(data, measured)
      const evaluation = firstSequences(measured, chain.evaluate)
      const warm = inputs['warm']?.path
      const { record, files } = await sample({ sampler: name, folder, warm, params: chain, ctx, data, evaluation })
      const steps = record.draws.map(({ step }) => step)
      const draws = await keepDraws({ folder, files, steps, chain: chain.chain, ctx })
      return { draws: { path: draws }, record: { value: recordAsJson(record) } }
    },
  }
}

interface Drawn {
  readonly folder: string
  readonly files: readonly string[]
  readonly steps: readonly number[]
  readonly chain: number
  readonly ctx: StageContext
}

/** The draws as an artifact: weights, the model's own description, and which is which. */
async function keepDraws({ folder, files, steps, chain, ctx }: Drawn): Promise<string> {
  const out = join(ctx.out, 'draws')
  await mkdir(out, { recursive: true })
  for (const file of files) await copyFile(join(ctx.scratch, file), join(out, file))
  await copyModelFiles(folder, out)
  const members = files.map((file, draw) => ({ file, chain, draw, step: steps[draw] ?? 0 }))
  await writeFile(join(out, 'series.json'), `${JSON.stringify({ version: 1, members }, null, 2)}\n`)
  return out
}

interface Sample {
  readonly sampler: SamplerName
  readonly folder: string
  readonly warm: string | undefined
  readonly params: ChainParams
  readonly ctx: StageContext
  readonly data: Dataset
  readonly evaluation: Dataset
}

/** Opens the engine (loaded here, so that listing kinds stays quick), sets the start and runs. */
async function sample({ sampler, folder, warm, params, ctx, data, evaluation }: Sample) {
  const { openSampler } = await import('./open-sampler.ts')
  const { runChain } = await import('./chain-run.ts')
  const needed = params.batch * (samplers[sampler].exact ? (params.accumulate ?? 1) : 1)
  if (data.sequences < needed && params.fullBatch !== true)
    throw new StageError(
      `the data has ${data.sequences} sequence${data.sequences === 1 ? '' : 's'}, fewer than ${needed === params.batch ? 'one batch of ' : ''}${needed}`,
      'Lower batch, give more text, or set fullBatch.',
    )
  const { batch, chain, parameters } = params
  const opened = await openSampler({ sampler, folder, warm, chain, batch, data, threads: ctx.threads, parameters })
  try {
    return await runChain({ sampler, params, ...opened, data, evaluation, warm: warm !== undefined, ctx })
  } finally {
    await opened.close()
  }
}
