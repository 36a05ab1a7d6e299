import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { decoderOf } from '../../../src/engine/model/config.ts'
import { shapesOf } from '../../../src/engine/model/decoder.ts'
import { makeWeights, saveWeights } from '../../../src/engine/model/weights.ts'

/** A case of `test/fixtures/models/reference.json`, which `reference.py` beside it makes. */
export interface ReferenceModel {
  readonly title: string
  readonly config: Record<string, unknown> & { readonly model_type: string }
  readonly tokens: number[][]
  readonly logits: number[][][]
  /** Of each hook: the sum of its values, of their squares, of their products with sin(0.7 · place), places from 1. */
  readonly hooks: Readonly<Record<string, readonly [number, number, number]>>
}
export const referenceModels = JSON.parse(
  await readFile(new URL('../../fixtures/models/reference.json', import.meta.url), 'utf8'),
) as ReferenceModel[]

/** The formula of `reference.py`. */
export function fillByFormula(name: string, values: Float32Array): void {
  const phase = [...name].reduce((sum, letter, i) => sum + (i + 1) * letter.charCodeAt(0), 0) % 1000
  const gain = (name.includes('norm') || name.includes('ln_')) && name.endsWith('weight')
  for (let i = 0; i < values.length; i++) {
    const value = Math.sin(0.7 * (i + 1) + phase)
    values[i] = gain ? 1 + 0.2 * value : 0.3 * value
  }
}

/** A model folder of that configuration with weights by the formula; gone when the test ends. */
export async function referenceFolder(config: ReferenceModel['config']): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-reference-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const weights = makeWeights(shapesOf(decoderOf(config, 'config.json')))
  for (const [name, { data }] of weights.tensors) fillByFormula(name, data as Float32Array)
  await writeFile(join(folder, 'config.json'), JSON.stringify(config))
  await saveWeights(join(folder, 'model.safetensors'), weights)
  return folder
}
