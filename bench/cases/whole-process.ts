import { execa } from 'execa'
import path from 'node:path'
import { assay } from '../assay-process.ts'
import type { BenchCase } from '../bench-case.ts'
import { measure } from '../measure.ts'
import { scratchFolder } from '../scratch-folder.ts'

const quickstart = 'pipelines/quickstart.yaml'

/** What a person waits for when nothing is left to do, from the shell's point of view, beside a bare start of Node. */
export const wholeProcessCase: BenchCase = {
  name: 'whole-process',
  title: `whole processes, ${quickstart}`,
  run: () =>
    scratchFolder(async (folder) => {
      const places = ['--store', path.join(folder, 'store'), '--runs', path.join(folder, 'runs')]
      const rerun = ['run', quickstart, '--plain', ...places]
      await assay(rerun) // cold: everything is computed once
      const [bare, ...whole] = await measure(
        [
          { name: 'node, doing nothing', run: () => execa(process.execPath, ['--eval', '0']) },
          { name: 'assay check', run: () => assay(['check', quickstart]) },
          { name: 'assay run, all cached', run: () => assay(rerun) },
        ],
        { rounds: 9, warmup: 1 },
      )
      const times = (median: number): string => `${(median / bare!.median).toFixed(1)} × a bare start`
      return [bare!, ...whole.map((row) => ({ ...row, note: times(row.median) }))]
    }),
}
