import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { execa } from 'execa'
import type { Outcome } from './part.ts'

/** The part of vitest's JSON report that is counted. */
export interface SuiteReport {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly testResults: readonly {
    readonly status: string
    readonly assertionResults: readonly { readonly status: string }[]
  }[]
}

/** Runs one vitest project with its output passed on as it comes, and counts what it ran. */
export async function runSuite(project: string): Promise<Outcome> {
  const folder = await mkdtemp(path.join(tmpdir(), 'assay-suite-'))
  const file = path.join(folder, 'report.json')
  const started = performance.now()
  const args = ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const { exitCode } = await execa('vitest', args, {
    preferLocal: true,
    reject: false,
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'inherit',
  })
  const seconds = (performance.now() - started) / 1000
  const report = await readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as SuiteReport,
    () => undefined,
  )
  await rm(folder, { recursive: true, force: true })
  return { name: project, ...countTests(report, exitCode ?? 1), seconds }
}

/**
 * Tests passed, failed and skipped. A file that could not be loaded counts as one failure, and so does a suite that
 * ended badly for another reason: no report, no tests found, an error outside every test.
 */
export function countTests(
  report: SuiteReport | undefined,
  exitCode: number,
): Pick<Outcome, 'passed' | 'failed' | 'skipped'> {
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 }
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length
  const failed = report.numFailedTests + unloaded
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: report.numPendingTests,
  }
}
