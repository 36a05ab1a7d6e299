import { execa } from 'execa'
import { cp, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { assay, root } from '../assay-process.ts'
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
      const twenty = path.join(folder, 'twenty.yaml')
      await cp(path.join(root, 'pipelines/tiny'), path.join(folder, 'tiny'), { recursive: true })
      await writeFile(twenty, twentyStages)
      await assay(rerun) // cold: everything is computed once
      const [bare, ...whole] = await measure(
        [
          { name: 'node, doing nothing', run: () => execa(process.execPath, ['--eval', '0']) },
          { name: 'assay check', run: () => assay(['check', quickstart]) },
          { name: 'assay check, 20 stages', run: () => assay(['check', twenty]) },
          { name: 'assay run, all cached', run: () => assay(rerun) },
        ],
        { rounds: 9, warmup: 1 },
      )
      const times = (median: number): string => `${(median / bare!.median).toFixed(1)} × a bare start`
      return [bare!, ...whole.map((row) => ({ ...row, note: times(row.median) }))]
    }),
}

/** The shipped model and data, and sixteen experiments of unlike sizes. */
const experiment = (prompts: number): string =>
  `  ioi-${prompts}: { use: ioi, with: { model: subject, prompts: ${prompts} } }`
const twentyStages = `assay: 1
name: twenty
stages:
  subject: { use: model, with: { path: ./tiny/model } }
  text: { use: text, with: { path: ./tiny/validation.txt, tokenizer: subject } }
  loss: { use: loss, with: { model: subject, data: text } }
  facts: { use: recall, with: { model: subject, facts: ./tiny/facts.jsonl } }
${Array.from({ length: 16 }, (_, index) => experiment(16 * (index + 1))).join('\n')}
`
