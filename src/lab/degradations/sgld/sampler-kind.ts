import type { TProperties } from '@sinclair/typebox'
import { Type } from '@sinclair/typebox'
import { invariant } from '../../../base/invariant.ts'
import type { Json, JsonObject } from '../../../base/json.ts'
import type { ArtifactRef } from '../../../stage/artifact.ts'
import type { Diagnosis, Metrics } from '../../../stage/metrics.ts'
import type { ReportBlock } from '../../../stage/report-block.ts'
import type { ChildStage, GrowingKind, Sofar } from '../../../stage/stage-kind.ts'
import { diagnose } from './diagnose.ts'
import { chainsParam, pilotParams } from './params.ts'
import type { PilotRecord } from './pilot-record.ts'
import type { ChainRecord } from './record.ts'
import { recordOf } from './record.ts'
import type { SamplerName } from './samplers.ts'
import { samplers } from './samplers.ts'

export interface SamplerDescription {
  readonly name: SamplerName
  readonly version: number
  readonly summary: string
  readonly source: string
  /** Without the number of chains, which every sampler has. */
  readonly params: TProperties
}

/**
 * What every sampler of the tempered local posterior has in common as a kind: it grows one stage a chain, so that chains
 * run side by side and resume alone, then puts the draws together and judges them.
 */
export function samplerKind({ params, ...head }: SamplerDescription): GrowingKind {
  return {
    ...head,
    role: 'degradation',
    seeded: true,
    params: Type.Object({ ...params, ...chainsParam }),
    inputs: {
      model: { accepts: ['model'], description: 'The trained model, w₀' },
      data: {
        accepts: ['dataset', 'examples'],
        description: 'Data of the posterior, best what it was trained on: text, or examples',
      },
      measured: {
        accepts: ['dataset', 'examples'],
        optional: true,
        description: 'Data on which the draws’ loss is measured; left out: the same',
      },
      warm: { accepts: ['ensemble'], optional: true, description: 'Draws of the nearest colder level, to start from' },
    },
    outputs: {
      model: { type: 'ensemble', description: 'The draws of all chains' },
      loss: {
        type: 'metrics',
        description: '`loss` at each draw and `excess`, its difference from the loss of w₀ on the same sequences',
      },
      diagnosis: { type: 'record', description: 'Verdict on the sampler, with findings' },
      trace: { type: 'record', description: 'The record of each chain' },
    },
    grow: (sofar) => grow(head.name, sofar as unknown as Sofar<Given>),
    report: ({ stage, outputs }) => reportOf(stage, outputs),
  }
}

type Given = JsonObject & { readonly chains: number; readonly epsilon?: number | 'auto' }

function grow(sampler: SamplerName, sofar: Sofar<Given>): ReturnType<GrowingKind['grow']> {
  const pilots = sofar.with.epsilon === 'auto' ? [pilotStage(sampler, sofar)] : []
  const found = sofar.results['pilot']?.outputs
  if (pilots.length > 0 && found === undefined) return { stages: pilots }
  const { chains: count, ...given } = sofar.with
  const shared = found === undefined ? given : { ...given, epsilon: plain(found['epsilon']) as number }
  const chains = Array.from({ length: count }, (_, chain): ChildStage => ({
    name: `chain-${chain}`,
    use: `${sampler}-chain`,
    with: { ...shared, chain },
    inputs: sofar.inputs,
  }))
  const records = chains.map(({ name }) => sofar.results[name]?.outputs['record'])
  if (records.some((record) => record === undefined)) return { stages: [...pilots, ...chains] }
  const gather: ChildStage = {
    name: 'gather',
    use: 'sgld-gather',
    with: {},
    inputs: Object.fromEntries(chains.map(({ name }) => [name, sofar.results[name]!.outputs['draws']!])),
  }
  const gathered = sofar.results['gather']?.outputs['model']
  if (gathered === undefined) return { stages: [...pilots, ...chains, gather] }
  const pilot = found === undefined ? undefined : (plain(found['record']) as unknown as PilotRecord)
  return {
    stages: [...pilots, ...chains, gather],
    outputs: {
      model: gathered,
      ...judged(
        records.map((record) => recordOf(plain(record))),
        pilot,
      ),
    },
  }
}

/** The stage that finds ε, given whatever of the parameters it knows. */
function pilotStage(sampler: SamplerName, { with: given, inputs }: Sofar<Given>): ChildStage {
  const known = Object.entries(given).filter(([name]) => name in pilotParams)
  const fixed = samplers[sampler].exact
  return { name: 'pilot', use: 'step-size-pilot', with: { ...Object.fromEntries(known), fixed }, inputs }
}

function judged(
  records: readonly ChainRecord[],
  pilot: PilotRecord | undefined,
): {
  loss: { value: JsonObject }
  diagnosis: { value: JsonObject }
  trace: { value: JsonObject }
} {
  const values = records.map(({ draws }) => draws.map(({ loss }) => loss))
  const excess = records.map(({ draws, startLoss }) => draws.map(({ loss }) => loss - startLoss))
  const { tokens: items = 0, unit = 'nats/token' } = records[0] ?? {}
  const metrics: Metrics = {
    metrics: { loss: { unit, values, items }, excess: { unit, values: excess, items } },
  }
  const diagnosis = diagnose(records, records[0]?.parameters ?? 0)
  const json = (value: unknown): { value: JsonObject } => ({ value: value as JsonObject })
  return {
    loss: json(metrics),
    diagnosis: json(diagnosis),
    trace: json({ chains: records, ...(pilot === undefined ? {} : { pilot }) }),
  }
}

function plain(ref: ArtifactRef | undefined): Json {
  invariant(ref !== undefined && 'value' in ref, 'parts of a sampler give their records as values')
  return ref.value
}

function reportOf(stage: string, outputs: Readonly<Record<string, ArtifactRef>>): ReportBlock[] {
  const [diagnosis, trace] = [outputs['diagnosis'], outputs['trace']]
  const { verdict, findings } = (diagnosis !== undefined && 'value' in diagnosis
    ? diagnosis.value
    : { verdict: 'broken', findings: [] }) as unknown as Diagnosis
  const records = (trace !== undefined && 'value' in trace ? trace.value : { chains: [] }) as unknown as {
    readonly chains: readonly ChainRecord[]
    readonly pilot?: PilotRecord
  }
  return [
    {
      type: 'text',
      title: `Sampler of ${stage}: ${verdict}`,
      lines: [...pilotLines(records.pilot), ...findings.map(({ verdict: each, text }) => `${each}: ${text}`)],
    },
    ...selectionBlock(stage, records.chains[0]),
  ]
}

function pilotLines(pilot: PilotRecord | undefined): string[] {
  if (pilot === undefined) return []
  const tried = pilot.tried.map(({ epsilon, acceptance }) => {
    const outcome = acceptance === null ? 'diverged' : `${(100 * acceptance).toFixed(0)} % accepted`
    return `${epsilon.toPrecision(3)} ${outcome}`
  })
  return [`step size ε ${pilot.epsilon.toPrecision(3)} found by a pilot run (${tried.join(', ')})`]
}

/** Which tensors moved, where not all did. */
function selectionBlock(stage: string, record: ChainRecord | undefined): ReportBlock[] {
  if (record?.selection === undefined) return []
  return [
    {
      type: 'table',
      title: `Weights that move in ${stage}: ${record.parameters} of ${record.selection.of} (${record.selection.expression})`,
      columns: ['tensor', 'shape', 'elements'],
      rows: record.selection.tensors.map(({ name, shape, elements }) => [name, `[${shape.join(', ')}]`, `${elements}`]),
    },
  ]
}
