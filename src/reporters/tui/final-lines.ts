import type { RunState } from '../../orchestrator/state.ts'
import { plainText } from '../text/plain-text.ts'
import { answersOf, closingTexts } from '../view/answers.ts'
import { answerLines } from './answer-lines.ts'
import { screenLines } from './screen-lines.ts'
import type { Span } from './span.ts'

export interface FinalScreen {
  readonly columns: number
  /** Milliseconds since the epoch, for a run that was left while it went on. */
  readonly now: number
  readonly debug: boolean
}

const blank: Span[] = [{ text: ' ', tone: 'normal' }]

/** What stays in the scrollback: the whole tree, every search's levels and curve, the answer, and how the run ended. */
export function finalLines(state: RunState, { columns, now, debug }: FinalScreen): Span[][] {
  const lines = screenLines(state, {
    screen: { columns, rows: Infinity, debug, leaves: false },
    clock: { now, spinner: '·', left: { atMost: false } },
  })
  const [above, last] = [lines.slice(0, -2), lines.slice(-1)]
  const answers = answersOf(state)
  if (answers.length > 0)
    return [...above, blank, ...answers.flatMap((answer) => answerLines(answer, columns)), ...last]
  return [...above, ...closingTexts(state).flatMap(textLines), blank, ...last]
}

function textLines({ title, lines }: { readonly title: string; readonly lines: readonly string[] }): Span[][] {
  const line = (text: string, tone: Span['tone']): Span[] => [{ text: plainText(text), tone }]
  return [blank, line(title, 'strong'), ...lines.map((text) => line(`  ${text}`, 'normal'))]
}
