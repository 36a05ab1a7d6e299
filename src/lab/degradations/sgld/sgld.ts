import { Type } from '@sinclair/typebox'
import { invariant } from '../../../base/invariant.ts'
import type { JsonObject } from '../../../base/json.ts'
import type { ArtifactRef } from '../../../stage/artifact.ts'
import type { Diagnosis, Metrics } from '../../../stage/metrics.ts'
import type { ReportBlock } from '../../../stage/report-block.ts'
import type { ChildStage, Sofar } from '../../../stage/stage-kind.ts'
import { defineSearch } from '../../../stage/stage-kind.ts'
import { diagnose } from './diagnose.ts'
import type { SamplerParams } from './params.ts'
import { mostChains, samplerParams } from './params.ts'
import type { ChainRecord } from './record.ts'
import { recordOf } from './record.ts'

const params = Type.Object({
  ...samplerParams,
  chains: Type.Integer({
    minimum: 1,
    maximum: mostChains,
    default: 4,
    description: 'Independent chains, each with its own random numbers',
  }),
})

/**
 * Draws from the tempered local posterior exp(−nβ·L(w) − γ/2·‖w − w₀‖²) by SGLD: the most general way to make a model
 * rougher without leaving its basin. Grows one stage a chain, then puts the draws together and judges the sampler.
 */
export const sgld = defineSearch({
  name: 'sgld',
  version: 1,
  role: 'degradation',
  summary: 'Draws from the tempered local posterior around the trained weights',
  source: 'Welling and Teh 2011; Lau et al. 2023 (arXiv 2308.12108)',
  seeded: true,
  params,
  inputs: {
    model: { accepts: ['model'], description: 'The trained model, w₀' },
    data: { accepts: ['dataset'], description: 'Data of the posterior, best the training text' },
    measured: {
      accepts: ['dataset'],
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
  grow: (sofar) => {
    const chains = Array.from({ length: sofar.with.chains }, (_, i) => chainStage(sofar, i))
    const records = chains.map(({ name }) => sofar.results[name]?.outputs['record'])
    if (records.some((record) => record === undefined)) return { stages: chains }
    const gather: ChildStage = {
      name: 'gather',
      use: 'sgld-gather',
      with: {},
      inputs: Object.fromEntries(chains.map(({ name }) => [name, sofar.results[name]!.outputs['draws']!])),
    }
    const gathered = sofar.results['gather']?.outputs['model']
    if (gathered === undefined) return { stages: [...chains, gather] }
    return { stages: [...chains, gather], outputs: { model: gathered, ...judged(records.map(valueOf)) } }
  },
  report: ({ stage, outputs }) => [diagnosisBlock(stage, outputs)],
})

function chainStage({ with: given, inputs }: Sofar<SamplerParams & { chains: number }>, chain: number): ChildStage {
  const { chains: _, ...shared } = given
  return { name: `chain-${chain}`, use: 'sgld-chain', with: { ...(shared as unknown as JsonObject), chain }, inputs }
}

function judged(records: readonly ChainRecord[]): {
  loss: { value: JsonObject }
  diagnosis: { value: JsonObject }
  trace: { value: JsonObject }
} {
  const values = records.map(({ draws }) => draws.map(({ loss }) => loss))
  const excess = records.map(({ draws, startLoss }) => draws.map(({ loss }) => loss - startLoss))
  const items = records[0]?.tokens ?? 0
  const metrics: Metrics = {
    metrics: { loss: { unit: 'nats/token', values, items }, excess: { unit: 'nats/token', values: excess, items } },
  }
  const diagnosis = diagnose(records, parametersOf(records))
  const json = (value: unknown): { value: JsonObject } => ({ value: value as JsonObject })
  return { loss: json(metrics), diagnosis: json(diagnosis), trace: json({ chains: records }) }
}

const parametersOf = (records: readonly ChainRecord[]): number => records[0]?.parameters ?? 0

function valueOf(ref: ArtifactRef | undefined): ChainRecord {
  invariant(ref !== undefined && 'value' in ref, 'a chain gives its record as a value')
  return recordOf(ref.value)
}

function diagnosisBlock(stage: string, outputs: Readonly<Record<string, ArtifactRef>>): ReportBlock {
  const ref = outputs['diagnosis']
  const diagnosis = (ref !== undefined && 'value' in ref
    ? ref.value
    : { verdict: 'broken', findings: [] }) as unknown as Diagnosis
  return {
    type: 'text',
    title: `Sampler of ${stage}: ${diagnosis.verdict}`,
    lines: diagnosis.findings.map(({ verdict, text }) => `${verdict}: ${text}`),
  }
}
