/** A piece of YAML's lexical structure: a bracket of a flow collection, an expression, a quotation mark without an end. */
export interface FlowToken {
  readonly kind: 'open' | 'close' | 'expression' | 'unclosed-quote'
  readonly start: number
  readonly end: number
  /** Brackets that are open before it. */
  readonly depth: number
}

/** A small scan of YAML's lexical structure: comments, quotes, block scalars are skipped; brackets are counted. */
export function* scanFlow(text: string): Generator<FlowToken> {
  const token =
    /#[^\n]*|"(?:\\.|[^"\\])*"|'(?:''|[^'])*'|["']|[|>][-+\d]*[ \t]*(?:#[^\n]*)?\n|\$\{[^{}\n]*\}|[[{]|[\]}]/gsy
  let depth = 0
  let at = 0
  // Only the first bracket of a line can open a value in block style; asking once a line keeps the scan linear.
  let askedBefore = 0
  // A quotation mark without an end makes every later one of its kind look far; one is enough.
  let hasUnclosed = false
  while (at < text.length) {
    token.lastIndex = at
    const found = token.exec(text)?.[0]
    const head = found?.[0]
    const before = text[at - 1] ?? '\n'
    const opensValue = depth > 0 ? /[\s,[{:]/.test(before) : /[\s]/.test(before)
    if (found === undefined || head === undefined) at++
    else if (found.startsWith('${')) {
      yield { kind: 'expression', start: at, end: at + found.length, depth }
      at += found.length
    } else if (head === '[' || head === '{') {
      // In block style a bracket opens a flow collection only at the start of a value.
      const mayOpen = depth > 0 || at > askedBefore
      if (depth === 0 && mayOpen) askedBefore = lineEnd(text, at)
      if (mayOpen && (depth > 0 || startsValue(text, at)))
        yield { kind: 'open', start: at, end: at + 1, depth: depth++ }
      at++
    } else if (head === ']' || head === '}') {
      if (depth > 0) yield { kind: 'close', start: at, end: at + 1, depth: depth-- }
      at++
    } else if (!opensValue) at++
    else if (head === '|' || head === '>') at = depth > 0 ? at + 1 : afterBlockScalar(text, at, found.length)
    else if ((head === '"' || head === "'") && depth === 0 && !startsValue(text, at)) at++
    else if (found === '"' || found === "'") {
      if (!hasUnclosed) yield { kind: 'unclosed-quote', start: at, end: at + 1, depth }
      hasUnclosed = true
      at++
    } else at += found.length
  }
}

/** Whether only a key, a dash or an anchor stands before on the line. */
function startsValue(text: string, at: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at)
  return /^\s*(?:- +)*(?:[^\s#][^#]*:\s+)?(?:[&!]\S*\s+)?$/.test(line)
}

const lineEnd = (text: string, at: number): number => {
  const end = text.indexOf('\n', at)
  return end === -1 ? text.length : end
}

/** Skips the lines of a block scalar: those indented deeper than the line that opened it. */
function afterBlockScalar(text: string, at: number, length: number): number {
  const lineStart = text.lastIndexOf('\n', at - 1) + 1
  const indent = /^ */.exec(text.slice(lineStart, at))?.[0].length ?? 0
  let next = at + length
  while (next < text.length) {
    const end = text.indexOf('\n', next)
    const line = text.slice(next, end === -1 ? text.length : end)
    if (line.trim() !== '' && (/^ */.exec(line)?.[0].length ?? 0) <= indent) break
    next += line.length + 1
  }
  return next
}
