import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openProject } from '../../src/orchestrator/project.ts'
import { publishOutputs } from '../../src/orchestrator/publish-outputs.ts'
import type { StageOutput } from '../../src/stage/artifact.ts'
import { cleanFolders, temporaryFolder } from '../rig/orchestrator-rig.ts'
import { catalog } from '../rig/orchestrator-toy-catalog.ts'

const kind = catalog.get('toy-text')! // outputs: text (files), length (a number)
let folder: string
let out: string
let store: ReturnType<typeof openProject>['store']
beforeEach(() => {
  folder = temporaryFolder()
  store = openProject(join(folder, 'p.yaml')).store
  out = store.openWorkplace('sha256:00').out
  writeFileSync(join(out, 'text.txt'), 'text')
  writeFileSync(join(folder, 'outside.txt'), 'text')
})
afterEach(cleanFolders)

const publish = (outputs: Readonly<Record<string, StageOutput>>): ReturnType<typeof publishOutputs> =>
  publishOutputs(kind, { outputs, out, seconds: 0 }, store)

describe('publishing outputs', () => {
  it('stores files and keeps values', async () => {
    const published = await publish({ text: { path: 'text.txt' }, length: { value: 4 } })
    expect(published).toMatchObject({
      ok: true,
      value: { text: { type: 'text', bytes: 4 }, length: { type: 'number', value: 4 } },
    })
  })

  it.each<[string, Readonly<Record<string, StageOutput>>, RegExp]>([
    ['an output is missing', { text: { path: 'text.txt' } }, /gave no output length/],
    [
      'an output is unknown',
      { text: { path: 'text.txt' }, length: { value: 1 }, more: { value: 1 } },
      /gave an output more that it does not declare/,
    ],
    [
      'a number is none',
      { text: { path: 'text.txt' }, length: { value: 'four' } },
      /output length of kind toy-text is not a number/,
    ],
    [
      'a value stands for files',
      { text: { value: 'text' }, length: { value: 4 } },
      /output text .* is made of files, but a value was given/,
    ],
    [
      'a file was not written',
      { text: { path: 'txt.txt' }, length: { value: 4 } },
      /output text .* names txt\.txt, which it did not write/,
    ],
    [
      'a file lies outside',
      { text: { path: '../../../outside.txt' }, length: { value: 4 } },
      /output text .* lies outside the folder/,
    ],
  ])('fails when %s', async (_name, outputs, message) => {
    const published = await publish(outputs)
    expect(published.ok ? '' : published.error.message).toMatch(message)
  })
})
