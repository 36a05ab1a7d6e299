import type { CommandWord } from '../../stage/command-line.ts'

/** What stands for the names in a command: the words to put there. */
export interface ShellNames {
  readonly inputs: Readonly<Record<string, readonly string[]>>
  readonly outputs: Readonly<Record<string, string>>
}

/** Where a place in a shell text lies: outside quotes, or inside `'` or `"`. */
type Quotes = '' | "'" | '"'

/**
 * The text for `/bin/sh`. Each path or value arrives at the command as one word, whatever characters it has, and also
 * where the author put it inside quotes: those are closed before it and opened again after it.
 * Throws Error on a name that is not there.
 */
export function shellText(run: readonly CommandWord[], names: ShellNames): string {
  let quotes: Quotes = ''
  let text = ''
  for (const word of run) {
    if ('text' in word) {
      quotes = quotesAfter(word.text, quotes)
      text += word.text
    } else text += `${quotes}${wordsOf(word, names, quotes)}${quotes}`
  }
  return text
}

function wordsOf(word: Exclude<CommandWord, { text: string }>, names: ShellNames, quotes: Quotes): string {
  if ('value' in word) return quote(word.value)
  if ('dose' in word) throw new Error('the command names ${dose}, and no search has put one in its place')
  if ('output' in word) return quote(found(names.outputs[word.output], word.output))
  const words = found(names.inputs[word.input], word.input)
  return quotes === '' ? words.map(quote).join(' ') : quote(words.join(' '))
}

function found<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`the command names ${name}, which it was not given`)
  return value
}

/** A word that the shell leaves as it is. Plain ones stay plain, so that the log reads well. */
export const quote = (word: string): string =>
  /^[\w./:@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`

/** Whether the text ends inside quotes, if it begins in `state`. Comments and here-documents are not looked into. */
function quotesAfter(text: string, state: Quotes): Quotes {
  let quotes = state
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '\\' && quotes !== "'") at++
    else if (quotes === '' && (character === "'" || character === '"')) quotes = character
    else if (character === quotes) quotes = ''
  }
  return quotes
}
