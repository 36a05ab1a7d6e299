import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import type { Series } from '../../../engine/model/language-model.ts'
import type { InputPort } from '../../../stage/stage-kind.ts'
import { defineStage } from '../../../stage/stage-kind.ts'
import { copyModelFiles } from '../../models/model-files.ts'
import { chainNames } from './params.ts'

/** Draws of several chains in one folder. */
export const sgldGather = defineStage({
  name: 'sgld-gather',
  version: 1,
  role: 'part',
  summary: 'The draws of all chains together (part of sgld)',
  seeded: false,
  params: Type.Object({}),
  inputs: Object.fromEntries(
    chainNames.map((name): [string, InputPort] => [
      name,
      { accepts: ['ensemble'], optional: true, description: 'Draws of one chain' },
    ]),
  ),
  outputs: { model: { type: 'ensemble', description: 'All draws' } },
  run: async ({ inputs, ctx }) => {
    const out = join(ctx.out, 'ensemble')
    await mkdir(out, { recursive: true })
    const members: Series['members'][number][] = []
    for (const name of chainNames) {
      const folder = inputs[name]?.path
      if (folder === undefined) continue
      const series = JSON.parse(await readFile(join(folder, 'series.json'), 'utf8')) as Series
      for (const member of series.members) {
        const file = `${name}-${member.file}`
        await copyFile(join(folder, member.file), join(out, file))
        members.push({ ...member, file })
      }
      await copyModelFiles(folder, out)
    }
    await writeFile(join(out, 'series.json'), `${JSON.stringify({ version: 1, members }, null, 2)}\n`)
    return { model: { path: out } }
  },
})
