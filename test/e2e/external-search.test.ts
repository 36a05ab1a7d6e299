import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunEvent } from '../../src/orchestrator/event.ts'
import { root } from '../house/files-below.ts'
import { Program, type Ended } from '../rig/orchestrator-program.ts'
import { cleanFolders, temporaryFolder } from '../rig/orchestrator-rig.ts'

/** Notes the dose beside the weights; at twice the dose the loss is four times as far away. */
const degrade = `
import { cpSync, writeFileSync } from 'node:fs'
const [, , model, dose, out, loss] = process.argv
cpSync(model, out, { recursive: true })
writeFileSync(out + '/dose.json', dose)
writeFileSync(loss, JSON.stringify({ loss: 1 + Number(dose) ** 2 }))
`
/** Falls at the dose it is told to fall at. */
const measure = `
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
const [, , model, edge, out] = process.argv
const dose = existsSync(model + '/dose.json') ? Number(readFileSync(model + '/dose.json', 'utf8')) : 0
const accuracy = { unit: 'proportion', values: [[dose < Number(edge) ? 0.99 : 0.2]], items: 1000 }
writeFileSync(out, JSON.stringify({ metrics: { accuracy } }))
`
const degradeBy = (dose: string): string => `
          use: command
          run: node \${inputs.script} \${inputs.model} \${dose} \${outputs.model} \${outputs.loss}
          inputs: { script: ./degrade.mjs }
          outputs: { model: { path: model, type: model }, loss: { path: loss.json, type: metrics } }
          dose: ${dose}`
const measureAt = (edge: number): string =>
  `{ use: command, run: "node \${inputs.script} \${inputs.model} ${edge} \${outputs.metrics}", inputs: { script: ./measure.mjs }, outputs: { metrics: { path: m.json, type: metrics } } }`

const pipeline = `assay: 1
name: toy
stages:
  subject: { use: model, with: { path: ./model } }
  mine:
    use: phenomenon
    with:
      model: subject
      from: 1
      refine: 4
      maxLevels: 12
      measure: ${measureAt(0.5)}
      confounders: { facts: ${measureAt(0.2)} }
      keep: accuracy >= 0.95
      degradations:
        range:${degradeBy('{ start: 0.05, end: 3 }')}
        listed:${degradeBy('{ values: [0.1, 0.3, 0.45, 0.9] }')}
`

describe('a search over commands of the user’s own', () => {
  let one: Program
  let first: Ended
  const events = (id: string): RunEvent[] =>
    readFileSync(join(one.folder, 'runs', id, 'events.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as RunEvent)

  beforeAll(async () => {
    const folder = temporaryFolder()
    one = Program.createReal(folder, pipeline)
    mkdirSync(join(folder, 'model'))
    cpSync(join(root, 'pipelines/tiny/model'), join(folder, 'model'), { recursive: true })
    writeFileSync(join(folder, 'degrade.mjs'), degrade)
    writeFileSync(join(folder, 'measure.mjs'), measure)
    first = await one.run('run', 'toy.yaml')
  })
  afterAll(() => {
    one.endAll()
    cleanFolders()
  })

  it('turns the dose, reads loss and metrics from their files, and finds both scales', () => {
    expect([first.code, first.stderr]).toEqual([0, ''])
    expect(first.stdout).toContain('accuracy >= 0.95 survives all 2 degradations up to a coarser scale')
    // The last dose below 0.5 that was listed: 1 + 0.45².
    expect(first.stdout).toMatch(/listed: holds up to loss 1\.20[23] ± 0\.000 \(dose 0\.45\), and fails at 1\.810/)
    expect(first.stdout).toMatch(/range melts facts before accuracy/)
  })

  it('gives the command each dose once', () => {
    const [id = ''] = one.records()
    const made = events(id).flatMap((event) =>
      event.type === 'stage-finished' && event.stage.endsWith('/degrade') ? [event.stage] : [],
    )
    expect(made.filter((stage) => stage.startsWith('mine/listed/'))).toHaveLength(4)
    expect(new Set(made).size).toBe(made.length)
  })

  it('runs nothing again', async () => {
    const again = await one.run('run', 'toy.yaml')
    expect(again.code, again.stderr).toBe(0)
    expect(again.stdout).not.toMatch(/\d+ finished/)
    expect(again.stdout).toContain('listed: holds up to loss 1.20')
  })
})
