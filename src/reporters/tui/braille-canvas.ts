/** Dots of a braille character, by column and row of its 2 × 4 grid: the bits of U+2800 and up. */
const bits = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const

/** A character cell: what stands there and which ink drew it last. */
export interface Cell<Ink> {
  readonly text: string
  readonly ink: Ink | undefined
}

/** A drawing of dots, 2 × 4 to a terminal cell; a cell takes the colour of the ink that came last. Origin top left. */
export class BrailleCanvas<Ink> {
  readonly width: number
  readonly height: number
  readonly #dots: Uint8Array
  readonly #inks: (Ink | undefined)[]
  readonly #letters: (string | undefined)[]

  /** Size in cells. */
  constructor(width: number, height: number) {
    this.width = width
    this.height = height
    this.#dots = new Uint8Array(width * height)
    this.#inks = Array.from({ length: width * height })
    this.#letters = Array.from({ length: width * height })
  }

  /** Sets one dot, at dot coordinates; outside the canvas nothing happens. */
  dot(x: number, y: number, ink: Ink): void {
    const column = Math.round(x)
    const row = Math.round(y)
    if (column < 0 || row < 0 || column >= this.width * 2 || row >= this.height * 4) return
    const cell = (row >> 2) * this.width + (column >> 1)
    this.#dots[cell] = (this.#dots[cell] ?? 0) | (bits[column & 1 ? 1 : 0][row & 3] ?? 0)
    this.#inks[cell] = ink
  }

  /** A straight line of dots between two places. */
  line(from: Place, to: Place, ink: Ink): void {
    const steps = Math.max(1, Math.ceil(Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y))))
    for (let i = 0; i <= steps; i++)
      this.dot(from.x + ((to.x - from.x) * i) / steps, from.y + ((to.y - from.y) * i) / steps, ink)
  }

  /** Puts a letter over the cell of a dot. */
  letter(place: Place, letter: string, ink: Ink): void {
    const column = Math.round(place.x) >> 1
    const row = Math.round(place.y) >> 2
    if (column < 0 || row < 0 || column >= this.width || row >= this.height) return
    this.#letters[row * this.width + column] = letter
    this.#inks[row * this.width + column] = ink
  }

  rows(): Cell<Ink>[][] {
    return Array.from({ length: this.height }, (_, row) =>
      Array.from({ length: this.width }, (_, column) => {
        const cell = row * this.width + column
        const dots = this.#dots[cell] ?? 0
        return {
          text: this.#letters[cell] ?? (dots === 0 ? ' ' : String.fromCharCode(0x2800 + dots)),
          ink: this.#inks[cell],
        }
      }),
    )
  }
}

export interface Place {
  readonly x: number
  readonly y: number
}
