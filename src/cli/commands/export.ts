import type { Command } from 'commander'
import type { ArtifactRef } from '../../stage/artifact.ts'
import type { CliCommand, Host } from '../host.ts'
import { UserError } from '../user-error.ts'

interface ExportFlags {
  readonly run?: string
  readonly runs?: string
  readonly store?: string
}

/** `assay export`: an artifact out of the store, as files that other programs read. */
export const exportArtifact: CliCommand = {
  register(program: Command, host: Host) {
    program
      .command('export')
      .description('copy a stage’s output (model, text, metrics …) out of the store')
      .argument('<output>', 'stage, or stage.output, of a finished run, such as tiny.model')
      .argument('<to>', 'file or folder to write; must not exist')
      .option('--run <run>', "a run's id, the beginning of one, or its folder (default: the newest that has the stage)")
      .option('--runs <folder>', 'folder of run records (default: runs in the project)')
      .option('--store <dir>', 'folder of stored results (default: .assay in the project)')
      .action((output: string, to: string, flags: ExportFlags) => copyOut({ output, to }, flags, host))
  },
}

async function copyOut({ output, to }: { output: string; to: string }, flags: ExportFlags, host: Host): Promise<void> {
  const { existsSync } = await import('node:fs')
  const { cp, writeFile } = await import('node:fs/promises')
  const { join, relative, resolve } = await import('node:path')
  const { findRun } = await import('../find-run.ts')
  const { readRunLog, replay } = await import('../../orchestrator/run-log.ts')
  const { openProject } = await import('../../orchestrator/project.ts')
  const target = resolve(host.cwd, to)
  if (existsSync(target))
    throw new UserError(`${to} exists already`, 'name a file or folder that does not, or remove it first')
  const run = findRun(flags.run, { cwd: host.cwd, runs: flags.runs })
  const { stages } = replay(readRunLog(run.folder).events)
  const ref = outputNamed(output, new Map([...stages].map(([id, { outputs }]) => [id, outputs])), run.id)
  if ('value' in ref) await writeFile(target, `${JSON.stringify(ref.value, null, 2)}\n`)
  else {
    const { store } = openProject(
      join(run.root, 'package.json'),
      flags.store === undefined ? {} : { store: resolve(host.cwd, flags.store) },
    )
    const from = await store.materialise(ref).catch(() => {
      throw new UserError(
        `the store no longer has ${output} of run ${run.id}`,
        'run the pipeline again: what is missing is made anew',
      )
    })
    await cp(from, target, { recursive: true })
    await makeWritable(target)
  }
  host.stdout.write(`${relative(host.cwd, target)}\n`)
}

/** The store's files are read-only; a copy belongs to the user. */
async function makeWritable(path: string): Promise<void> {
  const { chmod, readdir, stat } = await import('node:fs/promises')
  const { join } = await import('node:path')
  if (!(await stat(path)).isDirectory()) return chmod(path, 0o644)
  await chmod(path, 0o755)
  for (const name of await readdir(path)) await makeWritable(join(path, name))
}

type OutputsByStage = ReadonlyMap<string, Readonly<Record<string, ArtifactRef>> | undefined>

/** The artifact that `stage` or `stage.output` names. Stage ids may hold slashes, never dots. */
function outputNamed(name: string, stages: OutputsByStage, run: string): ArtifactRef {
  const [stage = '', output] = name.split('.')
  const outputs = stages.get(stage)
  if (outputs === undefined)
    throw new UserError(
      `run ${run} has no finished stage ${stage}`,
      `it has ${[...stages].flatMap(([id, made]) => (made && !id.includes('/') ? [id] : [])).join(', ') || 'none'}`,
    )
  const only = Object.keys(outputs).length === 1 ? Object.values(outputs)[0] : undefined
  const found = output === undefined ? (outputs[stage] ?? only) : outputs[output]
  if (found === undefined)
    throw new UserError(
      `say which output of ${stage}`,
      `it has ${Object.keys(outputs)
        .map((key) => `${stage}.${key}`)
        .join(', ')}`,
    )
  return found
}
