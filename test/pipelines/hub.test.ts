import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseSafetensors } from '../../src/engine/model/safetensors.ts'
import type { StageInput } from '../../src/stage/artifact.ts'
import { filesBelow, root } from '../house/files-below.ts'
import { pathOf, runKind } from '../lab/run-kind.ts'
import { scratchContext } from '../lab/scratch-context.ts'
import { runInProcess } from '../rig/fake-host.ts'
import {
  gpt2HubFolder,
  pythiaHubFolder,
  pythiaTensors,
  writeHubFile,
  type HubFolderOptions,
} from '../rig/hub-folders.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-hub-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const path = (at: string): StageInput => ({ type: 'path', path: at })

/** The weights that the `model` stage keeps of a folder: bytes of the file, and names in it. */
async function weightsOf(at: string): Promise<{ readonly bytes: Buffer; readonly names: readonly string[] }> {
  const outputs = await runKind('model', { inputs: { path: path(at) }, ctx: await scratchContext() })
  const bytes = await readFile(join(pathOf(outputs['model']), 'model.safetensors'))
  return { bytes, names: [...parseSafetensors(bytes, 'model.safetensors').keys()] }
}

describe('folders as hubs give them', () => {
  const small: HubFolderOptions = { vocabulary: 101, width: 4, layers: 2, context: 8 }

  it.each<[string, HubFolderOptions]>([
    ['with the prefix of the language model', { prefix: 'transformer.' }],
    ['in fp16', { dtype: 'F16' }],
    ['in three shards', { shards: 3 }],
    ['in two shards of fp16, with the prefix', { shards: 2, dtype: 'F16', prefix: 'transformer.' }],
  ])('GPT-2 %s is the same model as without', async (name, options) => {
    const plain = await weightsOf(await gpt2HubFolder(join(folder, 'plain'), small))
    const other = await weightsOf(await gpt2HubFolder(join(folder, name), { ...small, ...options }))
    expect(other.bytes.equals(plain.bytes)).toBe(true)
    // Buffers such as attn.bias are no parameters.
    expect(plain.names.filter((key) => /\.attn\.(masked_)?bias$/.test(key))).toEqual([])
    expect(plain.names).toHaveLength(2 + 12 * 2 + 2)
  })

  it.each<[string, HubFolderOptions]>([
    ['in fp32', { dtype: 'F32' }],
    ['in three shards', { shards: 3 }],
  ])('Pythia %s is the same model as in one file of fp16', async (name, options) => {
    const sizes = { ...small, width: 16 }
    const plain = await weightsOf(await pythiaHubFolder(join(folder, 'pythia'), sizes))
    const other = await weightsOf(await pythiaHubFolder(join(folder, `pythia ${name}`), { ...sizes, ...options }))
    expect(other.bytes.equals(plain.bytes)).toBe(true)
    expect(plain.names.filter((key) => /attention\.(masked_)?bias$|inv_freq/.test(key))).toEqual([])
    expect(plain.names).toHaveLength(1 + 12 * 2 + 2 + 1)
  })

  it('a series of revisions of Pythia in fp16 is read by its steps', async () => {
    const sizes = { ...small, width: 16 }
    const at = await pythiaHubFolder(join(folder, 'series'), sizes)
    const revisions = join(folder, 'series')
    for (const [step, seed] of [
      [0, '01'],
      [1000, '02'],
    ] as const)
      await writeHubFile(join(revisions, `step${step}.safetensors`), pythiaTensors({ ...sizes, seed }), 'F16')
    const ctx = await scratchContext()
    const subject = await runKind('model', { inputs: { path: path(at) }, ctx })
    const outputs = await runKind('series', {
      with: { files: 'step{step}.safetensors' },
      inputs: { model: { type: 'model', path: pathOf(subject['model']) }, path: path(revisions) },
      ctx: await scratchContext(),
    })
    expect(outputs['steps']).toEqual({ value: [0, 1000] })
  })
})

describe('pipelines/hub', () => {
  const text = (): string => join(folder, 'text.txt')
  const models = (): string[] => ['gpt2', 'pythia'].map((name) => join(folder, name))
  beforeAll(async () => {
    await writeFile(text(), 'a text')
    await gpt2HubFolder(models()[0]!, { width: 4, context: 8 })
    await pythiaHubFolder(models()[1]!, { context: 8 })
  }, 60_000)
  it.each(filesBelow('pipelines/hub', /\.yaml$/))('%s is right for GPT-2 and for Pythia', async (name) => {
    const file = join('pipelines/hub', name)
    for (const model of models()) {
      const args = await givenTo(file, { model, text: text(), sentences: text(), revisions: model })
      const { code, stderr } = await runInProcess(['check', file, ...args], { cwd: root })
      // The folder lies outside the project here: a warning.
      expect({ code, errors: stderr.includes('error[') }, stderr).toEqual({ code: 0, errors: false })
    }
    expect((await runInProcess(['fmt', '--check', file], { cwd: root })).stderr).toBe('')
  })
})

/** `-p name=value` for the parameters that the pipeline has. */
async function givenTo(file: string, values: Readonly<Record<string, string>>): Promise<string[]> {
  const text = await readFile(join(root, file), 'utf8')
  return Object.entries(values).flatMap(([name, value]) =>
    new RegExp(`^  ${name}:\\s+\\{ type: string, description`, 'm').test(text) ? ['-p', `${name}=${value}`] : [],
  )
}
