import type { Command } from 'commander'
import type { CliCommand, Host } from '../host.ts'

interface ReportFlags {
  readonly output?: string
  readonly svg?: string
  readonly runs?: string
}

/** `assay report`: the page of a run, made again from its record. */
export const report: CliCommand = {
  register(program: Command, host: Host) {
    program
      .command('report')
      .description('write the report of a run (default: the newest) as one HTML file')
      .argument('[run]', "a run's id, the beginning of one, or its folder")
      .option('-o, --output <file>', 'where to write it; - for standard output (default: report.html in the record)')
      .option('--svg <file>', 'write only its first chart, as an SVG picture')
      .option('--runs <folder>', 'folder of run records (default: runs in the project)')
      .action(async (run: string | undefined, flags: ReportFlags) => writeReport(run, flags, host))
  },
}

async function writeReport(name: string | undefined, { output, svg, runs }: ReportFlags, host: Host): Promise<void> {
  const { join, relative, resolve } = await import('node:path')
  const { findRun } = await import('../find-run.ts')
  const { pictureOfRecord, reportOfRecord } = await import('../report-of-record.ts')
  const { folder } = findRun(name, { cwd: host.cwd, runs })
  const page = svg === undefined ? reportOfRecord(folder) : pictureOfRecord(folder)
  const target = svg ?? output
  if (target === '-') {
    host.stdout.write(page)
    return
  }
  const path = target === undefined ? join(folder, 'report.html') : resolve(host.cwd, target)
  const { writePage } = await import('../write-page.ts')
  writePage(path, page)
  host.stdout.write(`${relative(host.cwd, path)}\n`)
}
