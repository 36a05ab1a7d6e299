import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { killGroup, Program, until } from '../rig/orchestrator-program.ts'
import { cleanFolders, temporaryFolder } from '../rig/orchestrator-rig.ts'

const tiny = fileURLToPath(new URL('../../pipelines/tiny', import.meta.url))
const pipeline = `
assay: 1
name: toy
stages:
  subject: { use: model, with: { path: ${tiny}/model } }
  text: { use: text, with: { path: ${tiny}/validation.txt, tokenizer: subject } }
  hot:
    use: sgld
    with: { model: subject, data: text, nbeta: 1000, chains: 2, burnin: 150, draws: 8, every: 25 }
  thermostat:
    use: sgnht
    with: { model: subject, data: text, nbeta: 1000, chains: 1, burnin: 80, draws: 4, every: 20, eta: 0.01 }
  accepted:
    use: mala
    with: { model: subject, data: text, nbeta: 1000, chains: 1, burnin: 80, draws: 4, every: 20, eta: 0.002, batch: 16 }
`

/** Files that unfinished stages have saved so far. */
const saved = ({ folder }: Program): string[] => {
  const scratch = join(folder, '.assay', 'scratch')
  return existsSync(scratch)
    ? (readdirSync(scratch, { recursive: true }) as string[]).filter((name) => name.includes('/'))
    : []
}

describe('real sampling that is killed', () => {
  const undisturbed = Program.createReal(temporaryFolder(), pipeline)
  const killed = Program.createReal(temporaryFolder(), pipeline)
  beforeAll(async () => {
    expect(await undisturbed.run('run', 'toy.yaml')).toMatchObject({
      code: 0,
      // Nothing but the warning that the shipped model lies outside the folder of this project.
      stderr: expect.stringMatching(/^(?=[^]*warning\[paths-stay-inside\])(?![^]*error)/) as string,
    })
  })
  afterAll(() => {
    undisturbed.endAll()
    killed.endAll()
    cleanFolders()
  })

  it('three times goes on from its own checkpoint, and gives bit for bit the undisturbed draws', async () => {
    let resumed = 0
    for (let kills = 0; kills < 3; kills++) {
      const before = saved(killed).length
      const { child, ended } = killed.start('run', 'toy.yaml', '--json')
      await until(() => saved(killed).length > before, 'another checkpoint or draw')
      killGroup(child.pid)
      resumed += (await ended).stdout.split('goes on from its checkpoint').length - 1
      await killed.untilNoProcess()
    }
    const last = await killed.run('run', 'toy.yaml', '--json')
    expect(last.code).toBe(0)
    expect(resumed + last.stdout.split('goes on from its checkpoint').length - 1).toBeGreaterThanOrEqual(3)
    for (const stage of ['hot', 'thermostat', 'accepted'])
      expect(Object.keys(undisturbed.digests())).toContain(`${stage}.model`)
    expect(killed.digests()).toEqual(undisturbed.digests())
  })
})
