import { runCli } from './run-cli.ts'

/** Runs this process's command line, on its own streams. */
export async function runProcess(): Promise<void> {
  // A reader that has seen enough (`assay kinds | head`) closes the pipe; that is no failure of ours.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      process.exit()
    })
  }
  await runCli(process.argv, {
    cwd: process.cwd(),
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    setExitCode: (code) => {
      process.exitCode = code
    },
  })
}
