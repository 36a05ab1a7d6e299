import { plainText } from '../text/plain-text.ts'
import { wrap } from '../text/wrap.ts'
import type { AnswerBlock } from '../view/answers.ts'
import type { Span, Tone } from './span.ts'

const widest = 100 // columns: longer lines are hard to read

/** What the run found, in a box. */
export function answerLines({ headline, lines, tone }: AnswerBlock, columns: number): Span[][] {
  const room = Math.min(columns, widest) - 4
  const row = (text: string, of: Tone): Span[] => [
    { text: '│ ', tone },
    { text: text.padEnd(room), tone: of },
    { text: ' │', tone },
  ]
  const edge = (left: string, right: string): Span[] => [{ text: `${left}${'─'.repeat(room + 2)}${right}`, tone }]
  const wrapped = (text: string) => wrap(plainText(text), room)
  return [
    edge('╭', '╮'),
    ...wrapped(headline).map((line) => row(line, 'strong')),
    ...lines.flatMap(wrapped).map((line) => row(line, 'normal')),
    edge('╰', '╯'),
  ]
}
