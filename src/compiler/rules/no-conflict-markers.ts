import type { Diagnostic } from '../../base/diagnostic.ts'
import type { SourceMap } from '../source.ts'

/** Conflicts that are told one by one; all are mended. */
const most = 50

/** Law: no merge-conflict marker of git is left. Returns the text with markers and the second side blanked. */
export function findConflictMarkers(map: SourceMap): { text: string; diagnostics: Diagnostic[] } {
  const { text } = map.source
  const diagnostics: Diagnostic[] = []
  let mended = ''
  let copied = 0
  let open: { readonly start: number; middle?: number } | undefined
  for (const { 0: line, index } of text.matchAll(/^(?:<{7} .*|={7}\s*|>{7}(?: .*)?)$/gm)) {
    if (line.startsWith('<')) open = { start: index }
    else if (open === undefined) continue
    else if (line.startsWith('=')) open.middle ??= index
    else if (open.middle !== undefined) {
      if (diagnostics.length < most) diagnostics.push(conflict(map, { ...open, middle: open.middle, end: index }))
      const firstSide = text.indexOf('\n', open.start)
      mended +=
        text.slice(copied, open.start) + blank(text.slice(open.start, firstSide)) + text.slice(firstSide, open.middle)
      copied = index + line.length
      mended += blank(text.slice(open.middle, copied))
      open = undefined
    }
  }
  return { text: mended + text.slice(copied), diagnostics }
}

const conflict = (
  map: SourceMap,
  { start, middle, end }: { start: number; middle: number; end: number },
): Diagnostic => ({
  code: 'no-conflict-markers',
  severity: 'error',
  message: 'a merge conflict is left in this file',
  span: map.span(start, 7),
  help: 'keep one side (or both, merged) and delete the three marker lines',
  related: [
    { message: 'the other side starts here', span: map.span(middle, 7) },
    { message: 'and ends here', span: map.span(end, 7) },
  ],
})

const blank = (text: string): string => text.replace(/[^\n]/g, ' ')
