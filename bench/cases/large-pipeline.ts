import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { execa } from 'execa'
import { assay, root } from '../assay-process.ts'
import type { BenchCase } from '../bench-case.ts'
import { measure } from '../measure.ts'
import { scratchFolder } from '../scratch-folder.ts'

const many = 10_000
/** Stages side by side; each needs the one that many before it. */
const wide = 100
const env = { ASSAY_CATALOG: path.join(root, 'bench/trivial-catalog.mjs') }

/** A file of 10,000 stages of which every result is stored, checked and planned by a whole process. */
export const largePipelineCase: BenchCase = {
  name: 'large-pipeline',
  title: `whole processes, a pipeline of ${many} stages, all cached`,
  run: () =>
    scratchFolder(async (folder) => {
      const file = path.join(folder, 'large.yaml')
      const places = ['--store', path.join(folder, 'store')]
      await writeFile(file, pipelineOf(many))
      await assay(['run', file, '--plain', ...places, '--runs', path.join(folder, 'runs')], env)
      const [bare, ...whole] = await measure(
        [
          { name: 'node, doing nothing', run: () => execa(process.execPath, ['--eval', '0']) },
          { name: 'assay check', run: () => assay(['check', file], env) },
          { name: 'assay plan', run: () => assay(['plan', file, ...places], env) },
        ],
        { rounds: 5, warmup: 1 },
      )
      const memory = await peakMemory(['plan', file, ...places])
      return [bare!, ...whole.map((row) => ({ ...row, note: row.name === 'assay plan' ? `at most ${memory} MB` : '' }))]
    }),
}

function pipelineOf(stages: number): string {
  const lines = Array.from({ length: stages }, (_, index) => {
    const after = index < wide ? '' : `, after: s${index - wide}`
    return `  s${index}: { use: trivial, with: { value: ${index}${after} } }`
  })
  return ['assay: 1', 'name: large', 'stages:', ...lines, ''].join('\n')
}

/** Megabytes that the process had in memory at most. */
async function peakMemory(args: readonly string[]): Promise<number> {
  const report = `process.on('exit', () => process.stderr.write('peak ' + process.resourceUsage().maxRSS + '\\n'))`
  const { stderr } = await execa(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(report)}`, path.join(root, 'bin/assay.js'), ...args],
    { cwd: root, env },
  )
  return Math.round(Number(/peak (\d+)/.exec(stderr)?.[1]) / 1024)
}
