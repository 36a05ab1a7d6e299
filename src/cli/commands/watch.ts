import type { Command } from 'commander'
import { exitCode } from '../exit-code.ts'
import type { FollowEnd } from '../follow-run.ts'
import { wantsColor, type CliCommand, type Host } from '../host.ts'

interface WatchFlags {
  readonly json?: boolean
  readonly plain?: boolean
  readonly runs?: string
  readonly store?: string
}

/** `assay watch`: shows a run that another process runs, or one that is over. */
export const watch: CliCommand = {
  register(program: Command, host: Host) {
    program
      .command('watch')
      .description('show a running or finished run (default: the newest); Ctrl-C leaves it running')
      .argument('[run]', "a run's id, the beginning of one, or its folder")
      .option('--json', 'one event a line')
      .option('--plain', 'plain lines even on a terminal')
      .option('--runs <folder>', 'folder of run records (default: runs in the project)')
      .option('--store <folder>', 'store of the run (default: .assay in the project)')
      .action(async (run: string | undefined, flags: WatchFlags, command: Command) =>
        watchRun(run, { ...flags, debug: command.optsWithGlobals<{ debug?: boolean }>().debug === true }, host),
      )
  },
}

async function watchRun(
  name: string | undefined,
  flags: WatchFlags & { readonly debug: boolean },
  host: Host,
): Promise<void> {
  const { join, resolve } = await import('node:path')
  const { findRun } = await import('../find-run.ts')
  const { followRun } = await import('../follow-run.ts')
  const { chooseReporter, createReporter } = await import('../../reporters/index.ts')
  const { StoreLayout } = await import('../../orchestrator/store/layout.ts')
  const { id, folder, root } = findRun(name, { cwd: host.cwd, runs: flags.runs })
  const live = new StoreLayout(flags.store === undefined ? join(root, '.assay') : resolve(host.cwd, flags.store)).live(
    id,
  )
  const kind = chooseReporter({ isTTY: host.stdout.isTTY === true, env: host.env, flags })
  const reporter = await createReporter(kind, {
    stdout: host.stdout,
    color: wantsColor(host.stdout, host.env),
    env: host.env,
    debug: flags.debug,
    leaves: true,
  })
  const leaving = new AbortController()
  const leave = () => {
    leaving.abort()
  }
  process.once('SIGINT', leave)
  try {
    const ended = await followRun({
      folder,
      live,
      signal: leaving.signal,
      onEvent: (event, state) => {
        reporter.onEvent(event, state)
      },
    })
    await reporter.close()
    conclude(ended, host)
  } finally {
    process.off('SIGINT', leave)
  }
}

function conclude({ end, state, live }: FollowEnd, host: Host): void {
  switch (end) {
    case 'finished':
      host.setExitCode(
        ({ ok: exitCode.fine, failed: exitCode.stageFailed, cancelled: exitCode.cancelled } as const)[
          state.finished?.outcome ?? 'ok'
        ],
      )
      return
    case 'left':
      host.stderr.write('left; the run goes on\n')
      return
    case 'lost': {
      const process =
        live === undefined ? 'its process is gone' : `its process (${live.pid}) is gone, last sign of life ${live.at}`
      const again = state.started?.command
      host.stderr.write(`error: this run did not finish: ${process}\n`)
      if (again !== undefined) host.stderr.write(`  help: \`${again}\` goes on where it stopped\n`)
      host.setExitCode(exitCode.stageFailed)
    }
  }
}
