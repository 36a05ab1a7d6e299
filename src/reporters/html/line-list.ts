import { html, type Html } from './html.ts'

const widestLabel = 20

/**
 * Lines of a block. Where most begin with a word set apart by spaces, as terminals align them (`scale     loss 0.6`), such
 * words become labels, in every line that is aligned like them.
 */
export function lineList(lines: readonly string[]): Html {
  const at = labelColumn(lines)
  return html`<ul class="plain">
    ${lines.map((line) => item(line, at))}
  </ul>`
}

/** Where the text after the labels begins; 0 if most lines have none. */
function labelColumn(lines: readonly string[]): number {
  const starts = lines.map((line) => /^\S.*? {2,}(?=\S)/.exec(line)?.[0].length ?? 0)
  const column = starts.find(
    (start) => start > 0 && starts.filter((other) => other === start).length > lines.length / 2,
  )
  return column === undefined || column > widestLabel ? 0 : column
}

function item(line: string, at: number): Html {
  const isLabelled = at > 0 && line[at - 1] === ' ' && line.length > at && line[at] !== ' '
  if (!isLabelled) return html`<li>${line}</li>`
  return html`<li class="pair"><span>${line.slice(0, at).trimEnd()}</span> <span>${line.slice(at)}</span></li>`
}
