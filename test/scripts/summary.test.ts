import { describe, expect, it } from 'vitest'
import { summary } from '../../scripts/summary.ts'

const outcome = (name: string, passed: number, failed: number) => ({ name, passed, failed, skipped: 0, seconds: 1.25 })

describe('summary', () => {
  it('ends with the sums, alone on a line', () => {
    const text = summary([outcome('types', 1, 0), outcome('lint', 0, 1), outcome('unit', 40, 2)])
    expect(text.split('\n').at(-1)).toBe('41 passed, 3 failed')
  })
  it('marks the parts that failed', () => {
    const rows = summary([outcome('types', 1, 0), outcome('lint', 0, 1)]).split('\n')
    expect(rows.find((row) => row.includes('types'))).toMatch(/^✓ types .* 1 passed .* 0 failed .* 1\.[23] s$/)
    expect(rows.find((row) => row.includes('lint'))).toMatch(/^✗ lint /)
  })
})
