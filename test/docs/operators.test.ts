import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { describe, expect, it } from 'vitest'
import { operatorTable } from '../../scripts/operator-table.ts'
import { differentiability } from '../../src/engine/autodiff/differentiability.ts'
import { ops } from '../../src/engine/onnx/ops.ts'
import { root } from '../house/files-below.ts'

const file = join(root, 'docs/operators.md')
const page = readFileSync(file, 'utf8')

describe('docs/operators.md', () => {
  it('is what the rules and their tests say', async () => {
    const text = await format(operatorTable(), { ...(await resolveConfig(file)), parser: 'markdown' })
    expect(page, 'npm run generate').toBe(text)
  })
  it.each(Object.keys(ops))('says of %s whether it is differentiated, and how often that is checked', (op) => {
    const cells = /^\| `\w+`.*$/gm
    const row = (page.match(cells) ?? []).find((line) => line.startsWith(`| \`${op}\` `)) ?? ''
    const [, , opsets = '', rule, note = '', checked = ''] = row.split('|').map((cell) => cell.trim())
    expect(opsets).toMatch(/^\d+–\d+$/)
    expect(rule).toBe(differentiability(op).rule)
    if (rule === 'exact') expect(Number(checked)).toBeGreaterThan(0)
    if (rule === 'none') expect(note).not.toBe('')
  })
})
