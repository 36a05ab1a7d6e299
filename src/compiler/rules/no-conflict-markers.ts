import type { Diagnostic } from '../../base/diagnostic.ts'
import type { SourceMap } from '../source.ts'

/** Conflicts that are told one by one; all are mended. */
const most = 50

/**
 * Law: no merge-conflict marker of git is left. Returns the text with markers, the common ancestor and the second side
 * blanked.
 */
export function findConflictMarkers(map: SourceMap): { text: string; diagnostics: Diagnostic[] } {
  const { text } = map.source
  const diagnostics: Diagnostic[] = []
  let mended = ''
  let copied = 0
  let open: { readonly start: number; middle?: number; base?: number } | undefined
  const tell = (diagnostic: Diagnostic): void => {
    if (diagnostics.length < most) diagnostics.push(diagnostic)
  }
  const blankTo = (from: number, to: number): void => {
    mended += text.slice(copied, from) + blank(text.slice(from, to))
    copied = to
  }
  for (const { 0: line, index } of text.matchAll(/^(?:<{7}|>{7}|\|{7}|={7})(?:[ \t].*)?\r?$/gm)) {
    const end = index + line.length
    const sign = line.charAt(0)
    if (sign === '<' || open === undefined) {
      // A line of equals signs could be meant as an ornament, but it is no YAML either.
      if (sign === '<') open = { start: index }
      else tell(leftover(map, index))
      blankTo(index, end)
    } else if (sign === '|') open.base ??= index
    else if (sign === '=') open.middle ??= index
    else {
      if (open.middle === undefined) tell(leftover(map, open.start))
      else tell(conflict(map, { ...open, middle: open.middle, end: index }))
      blankTo(open.middle === undefined ? index : (open.base ?? open.middle), end)
      open = undefined
    }
  }
  if (open !== undefined) {
    tell(leftover(map, open.start))
    if (open.middle !== undefined) blankTo(open.base ?? open.middle, open.middle + 7)
  }
  return { text: mended + text.slice(copied), diagnostics }
}

const leftover = (map: SourceMap, at: number): Diagnostic => ({
  code: 'no-conflict-markers',
  severity: 'error',
  message: 'a marker of a merge conflict is left in this file',
  span: map.span(at, 7),
  help: 'delete this line, and of the conflict what is not to stay',
})

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
