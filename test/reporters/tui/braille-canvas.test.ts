import { expect, test } from 'vitest'
import { BrailleCanvas } from '../../../src/reporters/tui/braille-canvas.ts'

const text = (canvas: BrailleCanvas<string>) => canvas.rows().map((row) => row.map((cell) => cell.text).join(''))

test('the eight dots of a cell are those of Unicode’s braille block', () => {
  const codes = [0, 1].flatMap((x) =>
    [0, 1, 2, 3].map((y) => {
      const canvas = new BrailleCanvas<string>(1, 1)
      canvas.dot(x, y, 'ink')
      return text(canvas)[0]!.charCodeAt(0) - 0x2800
    }),
  )
  expect(codes).toEqual([0x01, 0x02, 0x04, 0x40, 0x08, 0x10, 0x20, 0x80])
})

test('a line reaches both ends without gaps', () => {
  const canvas = new BrailleCanvas<string>(4, 1)
  canvas.line({ x: 0, y: 0 }, { x: 7, y: 0 }, 'ink')
  expect(text(canvas)).toEqual(['⠉⠉⠉⠉'])
})

test('a letter covers its cell, and what lies outside is not drawn', () => {
  const canvas = new BrailleCanvas<string>(2, 1)
  canvas.dot(0, 0, 'a')
  canvas.letter({ x: 1, y: 3 }, '●', 'b')
  canvas.dot(-1, 0, 'c')
  canvas.dot(0, 4, 'c')
  canvas.letter({ x: 9, y: 0 }, '◆', 'c')
  expect(canvas.rows()).toEqual([
    [
      { text: '●', ink: 'b' },
      { text: ' ', ink: undefined },
    ],
  ])
})
