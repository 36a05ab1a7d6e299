import type { Diagnosis } from '../../../stage/metrics.ts'

export type Finding = Diagnosis['findings'][number]
export type Verdict = Diagnosis['verdict']

export const finding = (check: string, verdict: Verdict, text: string): Finding => ({ check, verdict, text })
export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length
