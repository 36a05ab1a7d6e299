import { describe, expect, it } from 'vitest'
import type { PlannedResources } from '../../src/compiler/plan.ts'
import { resourcesMisfit } from '../../src/orchestrator/resources-fit.ts'
import { planOf } from '../rig/orchestrator-rig.ts'

const machine = { cpus: 2, memory: 8 * 2 ** 30, gpus: false }
const misfit = (resources: PlannedResources, on = machine): string | undefined =>
  resourcesMisfit(planOf({ a: { use: 'toy-number', resources } }), on)?.message

describe('resources', () => {
  it.each<[PlannedResources, string]>([
    [{ cpus: 3 }, 'toy.yaml:3:5: stage a asks for 3 cpus, but a run here has 2'],
    [{ memory: 16 * 2 ** 30 }, 'toy.yaml:3:5: stage a asks for 16 GiB of memory, but this machine has 8 GiB'],
    [{ gpus: 1 }, 'toy.yaml:3:5: stage a asks for 1 GPU, but no GPU was given to this run'],
  ])('that are not there are told of: %j', (resources, message) => {
    expect(misfit(resources)).toBe(message)
  })

  it.each<PlannedResources>([{}, { cpus: 2, memory: 8 * 2 ** 30, gpus: 0 }])('that are there fit: %j', (resources) => {
    expect(misfit(resources)).toBeUndefined()
  })

  it('count GPUs that the user named', () => {
    expect(misfit({ gpus: 1 }, { ...machine, gpus: true })).toBeUndefined()
  })
})
