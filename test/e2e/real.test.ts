import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../house/files-below.ts'

interface Metric {
  readonly values: readonly (readonly number[])[]
}
/** As much of a run's `metrics.json` as is read here. */
interface Measured {
  readonly stages: Readonly<
    Record<string, { readonly metrics?: { readonly metrics: Readonly<Record<string, Metric>> } }>
  >
}

/** The pipelines on networks and data that others made, which lie beside the project. */
describe('pipelines/real', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-real-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  /** Runs a pipeline; the values of a metric of a stage. */
  async function run(name: string): Promise<(stage: string, metric: string) => readonly number[]> {
    const runs = path.join(folder, name)
    const places = ['--store', path.join(folder, 'store'), '--runs', runs]
    const given = ['-p', `folder=${path.join(root, '../shared/real')}`]
    const args = [path.join(root, 'bin/assay.js'), 'run', `pipelines/real/${name}.yaml`, '--plain', ...given, ...places]
    const { exitCode, stderr } = await execa('node', args, { cwd: root, reject: false, env: { NO_COLOR: '1' } })
    expect(exitCode, stderr).toBe(0)
    const [id] = await readdir(runs)
    const { stages } = JSON.parse(await readFile(path.join(runs, id!, 'metrics.json'), 'utf8')) as Measured
    return (stage, metric) => stages[stage]?.metrics?.metrics[metric]?.values.flat() ?? []
  }

  it('grokking: the accuracies that its authors recorded', async () => {
    const of = await run('grokking')
    const rounded = (metric: string): number[] => of('progress', metric).map((value) => Number(value.toFixed(4)))
    expect(rounded('train-accuracy')).toEqual([0.0379, 0.7197, 0.8535, 1, 1, 1, 1, 1, 1])
    expect(rounded('test-accuracy')).toEqual([0.0602, 0, 0.2707, 0.7068, 0.7068, 0.782, 0.9474, 0.9774, 0.9774])
  })

  it('sorting: all of it, and what rounding leaves', async () => {
    const of = await run('sorting')
    expect(of('sorts', 'accuracy')).toEqual([1])
    const share = (bits: number): number => of(`rounded-sorts@bits=${bits}`, 'accuracy')[0]!
    expect([8, 4, 3, 2].map((bits) => Math.round(729 * share(bits)))).toEqual([729, 729, 675, 6])
  })

  it('modular addition: both networks, and one of them under noise', async () => {
    const of = await run('modular-addition')
    expect(of('adds-113', 'accuracy')[0]).toBeCloseTo(0.99969, 5)
    expect(of('adds-59', 'accuracy')).toEqual([1])
    // Means of five seeds there, .9998, .932 and .335, and of five others here: the spread there is .0002, .03 and .08.
    const mean = (scale: string): number => {
      const values = of(`noisy-adds-59@scale=${scale}`, 'accuracy')
      expect(values.length).toBe(5)
      return values.reduce((a, b) => a + b, 0) / 5
    }
    expect(Math.abs(mean('0.3') - 0.99983)).toBeLessThan(0.002)
    expect(Math.abs(mean('0.5') - 0.9322)).toBeLessThan(0.08)
    expect(Math.abs(mean('1') - 0.335)).toBeLessThan(0.2)
  })
})
