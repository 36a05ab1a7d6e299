import { describe, expect, it } from 'vitest'
import { countTests, type SuiteReport } from '../../scripts/suite.ts'

const report = (passed: number, failed: number, files: SuiteReport['testResults'] = []): SuiteReport => ({
  numPassedTests: passed,
  numFailedTests: failed,
  numPendingTests: 1,
  testResults: files,
})

describe('countTests', () => {
  it('takes the counts of the report', () => {
    expect(countTests(report(7, 0), 0)).toEqual({ passed: 7, failed: 0, skipped: 1 })
    expect(countTests(report(7, 2), 1)).toEqual({ passed: 7, failed: 2, skipped: 1 })
  })
  it('counts a file that did not load as one failure', () => {
    const files = [
      { status: 'failed', assertionResults: [] },
      { status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'passed' }] },
      { status: 'passed', assertionResults: [{ status: 'passed' }] },
    ]
    expect(countTests(report(2, 1, files), 1).failed).toBe(2)
  })
  it('never reports success for a suite that ended badly', () => {
    expect(countTests(report(7, 0), 1).failed).toBe(1)
    expect(countTests(undefined, 0).failed).toBe(1)
  })
})
