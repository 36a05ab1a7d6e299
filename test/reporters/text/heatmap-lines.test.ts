import { expect, it } from 'vitest'
import { heatmapLines } from '../../../src/reporters/text/heatmap-lines.ts'

it('is a table with the columns’ names above, and no minus before nothing', () => {
  const lines = heatmapLines({
    type: 'heatmap',
    title: 'Patching',
    caption: 'share of the answer',
    rows: { label: 'layer', names: ['0', '11'] },
    columns: { label: 'position', names: ['IO', 'END'] },
    values: [
      [0.704, -1.5],
      [null, -0.001],
    ],
  })
  expect(lines).toEqual([
    'share of the answer',
    '       position',
    'layer    IO    END',
    '0      0.70  -1.50',
    '11            0.00',
  ])
})
