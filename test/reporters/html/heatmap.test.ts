import { expect, it } from 'vitest'
import { heatmap } from '../../../src/reporters/html/heatmap.ts'

it('colours each cell by sign and share of the largest magnitude', () => {
  const made = heatmap({
    type: 'heatmap',
    title: 'Patching <z>',
    rows: { label: 'layer', names: ['0'] },
    columns: { label: 'head', names: ['0', '1', '2'] },
    values: [[0.5, -2, null]],
  })
  const text = made.text.replaceAll(/\s*\n\s*/g, '')
  expect(text).toContain('Patching &#60;z&#62;')
  expect(text).toContain('<td class="plus" style="--v:0.250">0.50</td>')
  expect(text).toContain('<td class="minus" style="--v:1.000">-2.00</td>')
  expect(text).toContain('<td></td>')
})
