import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LanguageModel, Series } from '../engine/model/language-model.ts'
import type { StageInput } from '../stage/artifact.ts'
import type { MetricSamples } from '../stage/metrics.ts'
import { StageError, type StageContext } from '../stage/stage-context.ts'

export type Member = Series['members'][number]

/** What was read of one member: the mean over items and its standard error. */
export interface Reading {
  readonly mean: number
  readonly error: number
}

/** The members of a `model`, `ensemble` or `checkpoints` folder, by chain and draw. A model alone is one member. */
export async function readMembers(folder: string): Promise<Member[]> {
  const text = await readFile(join(folder, 'series.json'), 'utf8').catch(() => undefined)
  if (text === undefined) return [{ file: 'model.safetensors', chain: 0, draw: 0, step: 0 }]
  const { version, members } = JSON.parse(text) as Series
  if ((version as number) !== 1 || members.length === 0)
    throw new StageError(`${join(folder, 'series.json')} names no members, or is of a version other than 1`)
  return [...members].sort((a, b) => a.chain - b.chain || a.draw - b.draw)
}

/**
 * Opens the model once and calls `read` with the weights of each member in turn; the readings come back in the
 * members' order. Throws StageError for a model that cannot be opened, the cancel reason if the stage is cancelled.
 */
export async function readSeries<R>(
  model: StageInput | undefined,
  ctx: StageContext,
  read: (model: LanguageModel, member: Member) => Promise<R>,
): Promise<{ readonly member: Member; readonly reading: R }[]> {
  const folder = model?.path ?? ''
  const members = await readMembers(folder)
  const { openLanguageModel } = await import('../engine/model/open.ts')
  const opened = await asStageError(() => openLanguageModel(folder, { threads: ctx.threads, weights: null }))
  try {
    const readings: { member: Member; reading: R }[] = []
    for (const member of members) {
      ctx.signal.throwIfAborted()
      await asStageError(() => opened.loadWeights(join(folder, member.file)))
      readings.push({ member, reading: await asStageError(() => read(opened, member)) })
      ctx.progress({
        fraction: readings.length / members.length,
        note: `${readings.length} of ${members.length} models`,
      })
    }
    return readings
  } finally {
    await opened.close()
  }
}

/**
 * Readings of one metric as `values[chain][draw]`; where several are of one chain and draw they are checkpoints of one
 * training, and have `steps`. Throws StageError where a value is not finite: the model has diverged. */
export function samplesOf(
  readings: readonly { readonly member: Member; readonly reading: Reading }[],
  { unit, items, sharedItemError }: Pick<MetricSamples, 'unit' | 'items' | 'sharedItemError'>,
): MetricSamples {
  const chains = new Map<number, number[]>()
  for (const { member, reading } of readings) {
    if (!Number.isFinite(reading.mean))
      throw new StageError(`the model of ${member.file} gives ${reading.mean} here: its weights have diverged`)
    const chain = chains.get(member.chain) ?? []
    chain.push(reading.mean)
    chains.set(member.chain, chain)
  }
  const itemError = readings.reduce((sum, { reading }) => sum + reading.error, 0) / readings.length
  const steps = areCheckpoints(readings) ? { steps: readings.map(({ member: { step } }) => step) } : {}
  const shared = sharedItemError === undefined || readings.length === 1 || 'steps' in steps ? {} : { sharedItemError }
  return { unit, values: [...chains.values()], items, itemError, ...shared, ...steps }
}

type Read = { readonly member: Member }

/** Checkpoints of one training stand at one place; every draw has a place of its own. */
const areCheckpoints = (readings: readonly Read[]): boolean =>
  new Set(readings.map(({ member: { chain, draw } }) => `${chain} ${draw}`)).size < readings.length

/** What a mean over models may be taken of: all draws; of checkpoints, which are no draws, the last. */
export const averaged = <R extends Read>(readings: readonly R[]): readonly R[] =>
  areCheckpoints(readings) ? [...readings].sort((a, b) => a.member.step - b.member.step).slice(-1) : readings

const shownErrors = ['ModelError', 'SafetensorsError', 'HookError', 'GraphError', 'NoGradientError', 'RuntimeError']

/** Errors of models, files and graphs name what the user can mend, so they are shown as such. */
export async function asStageError<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    if (error instanceof Error && shownErrors.includes(error.name)) throw new StageError(error.message)
    throw error
  }
}
