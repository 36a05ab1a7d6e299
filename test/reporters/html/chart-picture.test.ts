import { expect, test } from 'vitest'
import { chartPicture } from '../../../src/reporters/html/chart-picture.ts'
import { all, parseMarkup } from '../fixtures/markup.ts'
import { chart } from '../fixtures/quickstart-run.ts'

test('a chart alone is one SVG that carries its colours, for light and dark', () => {
  const picture = chartPicture(chart)
  expect(parseMarkup(picture.trimEnd()).children.map(({ name }) => name)).toEqual(['svg'])
  expect(all(parseMarkup(picture), 'svg')[0]!.attributes['xmlns']).toBe('http://www.w3.org/2000/svg')
  expect(picture).toContain('--s0:#0072b2')
  expect(picture).toContain('prefers-color-scheme:dark')
  expect(picture).not.toContain(':root')
})
