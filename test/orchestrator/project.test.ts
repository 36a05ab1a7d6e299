import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openProject, projectRoot, rootRemover, sharedPath } from '../../src/orchestrator/project.ts'
import { cleanFolders, temporaryFolder } from '../rig/orchestrator-rig.ts'

afterEach(cleanFolders)

describe('the project of a pipeline', () => {
  it.each(['package.json', '.assay', '.git'])('begins at the nearest folder with %s', (mark) => {
    const root = temporaryFolder()
    mkdirSync(join(root, 'a', 'b'), { recursive: true })
    writeFileSync(join(root, mark), '')
    expect(projectRoot(join(root, 'a', 'b'))).toBe(root)
    expect(openProject(join(root, 'a', 'b', 'p.yaml'))).toMatchObject({
      root,
      runs: join(root, 'runs'),
      layout: { root: join(root, '.assay') },
    })
  })

  it("is the pipeline's own folder where nothing marks one", () => {
    const folder = temporaryFolder()
    expect(projectRoot(folder)).toBe(folder)
  })
})

describe('paths in a shared record', () => {
  it('are relative inside the project, and as they are outside', () => {
    expect(sharedPath('/home/me/project', '/home/me/project/pipelines/x.yaml')).toBe('pipelines/x.yaml')
    expect(sharedPath('/home/me/project', '/data/x.txt')).toBe('/data/x.txt')
    expect(sharedPath('/home/me/project', '/home/me/project-2/x')).toBe('/home/me/project-2/x')
  })

  it('lose the root wherever a text names it', () => {
    const root = temporaryFolder()
    const value = { a: [`cannot read ${root}/x.txt`, 1, null], [`${root}/key`]: true, other: `${root}-2/x` }
    expect(rootRemover(root)(value)).toEqual({
      a: ['cannot read x.txt', 1, null],
      [`${root}/key`]: true,
      other: `${root}-2/x`,
    })
  })
})
