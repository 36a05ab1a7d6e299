import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { assay, root } from '../assay-process.ts'
import type { BenchCase } from '../bench-case.ts'
import { measure } from '../measure.ts'
import { scratchFolder } from '../scratch-folder.ts'

const [few, many] = [2, 202]
const env = { ASSAY_CATALOG: path.join(root, 'bench/trivial-catalog.mjs') }

/** What a stage costs that does nothing: two cold runs that differ by their number of stages. */
export const stageOverheadCase: BenchCase = {
  name: 'stage-overhead',
  title: 'stages that do nothing, cold, whole process',
  run: () =>
    scratchFolder(async (folder) => {
      let runs = 0
      const cold = (count: number) => async (): Promise<void> => {
        const place = path.join(folder, String(runs++))
        await assay(
          ['run', await pipeline(folder, count), '--plain', '--store', `${place}/store`, '--runs', `${place}/runs`],
          env,
        )
      }
      const timings = await measure(
        [few, many].map((count) => ({ name: `${count} stages`, run: cold(count) })),
        { rounds: 5, warmup: 1 },
      )
      const [small, large] = timings as [(typeof timings)[number], (typeof timings)[number]]
      const each = (1000 * (large.median - small.median)) / (many - few)
      return [small, { ...large, note: `${each.toFixed(2)} ms a stage` }]
    }),
}

async function pipeline(folder: string, count: number): Promise<string> {
  const stages = Array.from({ length: count }, (_, i) => `  s${i}: { use: trivial, with: { value: ${i} } }`)
  const file = path.join(folder, `${count}.yaml`)
  await writeFile(file, ['assay: 1', `name: trivial-${count}`, 'stages:', ...stages, ''].join('\n'))
  return file
}
