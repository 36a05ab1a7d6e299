import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { filesBelow, root } from '../house/files-below.ts'
import { gpt2HubFolder, pythiaHubFolder, pythiaTensors, writeHubFile } from '../rig/hub-folders.ts'
import { loader, mainFile } from '../rig/orchestrator-worker-command.ts'

const shakespeare = join(root, '../shared/real/tinyshakespeare/input.txt')
const pairs = Array.from({ length: 10 }, (_, i) =>
  JSON.stringify({ sentence_good: `The boys see ${i} birds.`, sentence_bad: `The boys sees ${i} birds.` }),
)

/** Every pipeline for models of a hub, on very small ones with random weights in the layout of GPT-2 and of Pythia. */
describe('pipelines/hub', () => {
  let folder = ''
  const at = (name: string): string => join(folder, name)
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'assay-hub-'))
    await gpt2HubFolder(at('gpt2'), { dtype: 'F16', prefix: 'transformer.', context: 128 })
    await pythiaHubFolder(at('pythia'), { context: 128 })
    for (const step of [0, 512, 1000])
      await writeHubFile(at(`pythia/step${step}.safetensors`), pythiaTensors({ context: 128, seed: `0${step}` }), 'F16')
    writeFileSync(at('blimp.jsonl'), pairs.join('\n'))
  })
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  const text = ['-p', `text=${shakespeare}`]
  const few = ['-p', 'prompts=16']
  // A model of random numbers answers half of the prompts at best: the claims are chosen to hold.
  const given: Readonly<Record<string, () => string[]>> = {
    'blimp.yaml': () => ['-p', `model=${at('pythia')}`, '-p', `sentences=${at('blimp.jsonl')}`],
    'greater-than.yaml': () => ['-p', `model=${at('gpt2')}`, ...few],
    'ioi-coarsest.yaml': () => [
      ...['-p', `model=${at('gpt2')}`, ...text, '-p', 'threshold=0.05', '-p', 'prompts=64'],
      ...['-p', 'weights=attention', '-p', 'levels=2'],
    ],
    'ioi-heads.yaml': () => ['-p', `model=${at('gpt2')}`, '-p', 'prompts=4'],
    'natural-scale.yaml': () => ['-p', `model=${at('gpt2')}`, ...text, '-p', 'limit=8'],
    'pythia-checkpoints.yaml': () => [
      ...[
        '-p',
        `model=${at('pythia')}`,
        ...text,
        '-p',
        `revisions=${at('pythia')}`,
        '-p',
        'files=step{step}.safetensors',
      ],
      ...['-p', 'threshold=0.05', ...few],
    ],
    'tasks.yaml': () => ['-p', `model=${at('pythia')}`, ...few],
  }
  it.each(filesBelow('pipelines/hub', /\.yaml$/))('%s runs', async (file) => {
    const places = ['--store', at('store'), '--runs', at('runs')]
    const { all, exitCode } = await execa(
      process.execPath,
      [...loader, mainFile, 'run', join(root, 'pipelines/hub', file), '--plain', ...places, ...given[file]!()],
      { cwd: root, all: true, reject: false, env: { CI: 'true', NO_COLOR: '1' } },
    )
    expect(exitCode, all).toBe(0)
  })
})
