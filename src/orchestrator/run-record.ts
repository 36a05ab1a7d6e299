import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { digestOfJson, type Digest } from '../base/digest.ts'
import type { JsonObject } from '../base/json.ts'
import type { Plan } from '../compiler/plan.ts'
import type { Environment } from './event.ts'
import { makeFolder } from './make-folder.ts'
import { rootRemover } from './project.ts'
import type { RunState, StageState } from './state.ts'
import { atomicWrite } from './store/atomic-write.ts'

export interface RecordContent {
  readonly root: string
  readonly plan: Plan
  readonly pipelineText: string
  readonly environment: Environment
}

/** Makes a run's folder, named by date, time and pipeline; a number is added where the name is taken. Returns its id. */
export function claimRunFolder(runs: string, pipeline: string, now: Date = new Date()): string {
  makeFolder(runs)
  const [date = '', time = ''] = now.toISOString().split('T')
  const base = `${date}-${time.slice(0, 8).replaceAll(':', '')}-${folderName(pipeline)}`
  for (let number = 1; ; number++) {
    const id = number === 1 ? base : `${base}-${number}`
    try {
      mkdirSync(join(runs, id))
      return id
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

/** Characters of a pipeline's name in that of a folder; file systems take 255 bytes. */
const longestName = 60

/** A pipeline's name as every file system takes it: letters without accents, digits, and single dots and dashes inside. */
function folderName(pipeline: string): string {
  const plain = pipeline
    .slice(0, 10 * longestName)
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
  const words = plain.replace(/[^\p{L}\p{N}_.]+/gu, '-').replace(/[-.]{2,}/g, '-')
  const trim = (text: string): string => text.replace(/^[-._]+|[-._]+$/g, '')
  return trim([...trim(words)].slice(0, longestName).join('')) || 'pipeline'
}

/** What is known before the first stage runs: the plan and the pipeline's exact text. */
export function writeRecordHead(folder: string, { root, plan, pipelineText }: RecordContent): void {
  atomicWrite(join(folder, 'plan.json'), pretty(rootRemover(root)(plan)))
  atomicWrite(join(folder, 'pipeline.yaml'), pipelineText)
}

/** What is known at the end: every measured value, and what it was measured with. */
export function writeRecordTail(folder: string, state: RunState, { root, environment }: RecordContent): void {
  const seeds = Object.fromEntries(
    [...state.stages].flatMap(([id, { seed }]) => (seed === undefined ? [] : [[id, seed]])),
  )
  atomicWrite(join(folder, 'environment.json'), pretty({ ...environment, seeds }))
  const metrics = {
    version: 1,
    outcome: state.finished?.outcome ?? 'cancelled',
    fingerprint: fingerprint(state),
    stages: valuesByStage(state),
  }
  atomicWrite(join(folder, 'metrics.json'), pretty(rootRemover(root)(metrics)), true)
}

/** Digest of what a run asked and got: two records with one fingerprint say the same. */
export function fingerprint(state: RunState): Digest {
  const { source, params, seed, environment } = state.started ?? {}
  const stages = [...state.stages].map(([id, stage]) => ({
    id,
    status: isDone(stage) ? 'done' : stage.status,
    outputs: digests(stage),
  }))
  // By id: stages that run side by side may become known in another order.
  stages.sort((a, b) => (a.id < b.id ? -1 : 1))
  const versions = { assay: environment?.assay ?? null, onnxruntime: environment?.onnxruntime ?? null }
  return digestOfJson({ source: source ?? null, params: params ?? null, seed: seed ?? null, versions, stages })
}

/** The newest record of the same pipeline that says the same, if there is one. */
export function findEqualRecord(runs: string, pipeline: string, wanted: Digest): string | undefined {
  const suffix = pipeline.replaceAll(/[^A-Za-z0-9._-]+/g, '-')
  const ids = folderNames(runs)
    .filter((id) => id.includes(suffix))
    .sort()
    .reverse()
  return ids.find((id) => recordedFingerprint(join(runs, id)) === wanted)
}

const isDone = ({ status }: StageState): boolean => status === 'cached' || status === 'finished'

const digests = ({ outputs }: StageState): JsonObject =>
  Object.fromEntries(Object.entries(outputs ?? {}).map(([name, { digest }]) => [name, digest]))

function valuesByStage({ stages }: RunState): JsonObject {
  const values: Record<string, JsonObject> = {}
  for (const [id, { outputs }] of stages) {
    const inline = Object.entries(outputs ?? {}).flatMap(([name, output]) =>
      'value' in output ? [[name, output.value] as const] : [],
    )
    if (inline.length > 0) values[id] = Object.fromEntries(inline)
  }
  return values
}

function recordedFingerprint(folder: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(join(folder, 'metrics.json'), 'utf8')) as { fingerprint?: string }).fingerprint
  } catch {
    return undefined
  }
}

function folderNames(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** Two spaces: records are read in diffs. */
const pretty = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`
