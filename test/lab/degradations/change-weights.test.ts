import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSafetensors } from '../../../src/engine/model/safetensors.ts'
import { readMembers } from '../../../src/lab/series.ts'
import type { Metrics } from '../../../src/stage/metrics.ts'
import { givenModelAndText } from '../scales/given.ts'
import { pathOf, runKind, valueOf } from '../run-kind.ts'

const ensemble = () =>
  givenModelAndText([
    { chain: 0, draw: 0, scale: 1 },
    { chain: 0, draw: 1, scale: 0.5 },
    { chain: 1, draw: 0, scale: 2 },
  ])
const flat = async (file: string): Promise<number[]> =>
  [...(await readSafetensors(file)).values()].flatMap(({ data }) => Array.from(data as Float32Array))

test('an ensemble is degraded member by member, and chains stay chains', async () => {
  const { ctx, model } = await ensemble()
  const made = pathOf((await runKind('line', { with: { alpha: 0.25 }, inputs: { model }, ctx }))['model'])
  const members = await readMembers(made)
  expect(members.map(({ chain, draw }) => [chain, draw])).toEqual([
    [0, 0],
    [0, 1],
    [1, 0],
  ])
  for (const [i, name] of ['chain-0-draw-0', 'chain-0-draw-1', 'chain-1-draw-0'].entries()) {
    const before = await flat(join(model.path, `${name}.safetensors`))
    const after = await flat(join(made, members[i]!.file))
    after.forEach((value, j) => {
      expect(value).toBeCloseTo(0.75 * before[j]!, 6)
    })
  }
})

test('several draws of each member stay in its chain and differ', async () => {
  const { ctx, model } = await ensemble()
  const made = pathOf((await runKind('noise', { with: { draws: 2, scale: 0.5 }, inputs: { model }, ctx }))['model'])
  const members = await readMembers(made)
  expect(members.map(({ chain, draw }) => `${chain}.${draw}`)).toEqual(['0.0', '0.1', '0.2', '0.3', '1.0', '1.1'])
  expect(await flat(join(made, members[0]!.file))).not.toEqual(await flat(join(made, members[1]!.file)))
})

test('of many models there is an excess only over an original that is named', async () => {
  const { ctx, model, data } = await ensemble()
  const metricsOf = async (inputs: object): Promise<Metrics['metrics']> =>
    (valueOf((await runKind('prune', { inputs: { model, ...inputs }, ctx }))['loss']) as Metrics).metrics
  expect(Object.keys(await metricsOf({}))).toEqual([])
  expect(Object.keys(await metricsOf({ measured: data }))).toEqual(['loss'])
  const { path } = (await givenModelAndText()).model // guesses uniformly: ln 6
  const { loss, excess } = await metricsOf({ measured: data, original: { type: 'model', path } })
  expect(loss!.values.map((chain) => chain.length)).toEqual([2, 1])
  loss!.values.flat().forEach((value, i) => {
    expect(excess!.values.flat()[i]).toBeCloseTo(value - Math.log(6), 5)
  })
})
