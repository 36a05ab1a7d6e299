import { ModelError } from '../config-fields.ts'
import type { Part } from './places.ts'
import { parts } from './places.ts'

/** What a selection says, as a tree. */
export type Selector =
  | { readonly kind: 'all' }
  | { readonly kind: 'part'; readonly part: Part }
  | { readonly kind: 'layers'; readonly from: number; readonly to: number }
  | { readonly kind: 'head'; readonly layer: number; readonly head: number }
  | { readonly kind: 'name'; readonly glob: string }
  | { readonly kind: 'and' | 'or' | 'minus'; readonly left: Selector; readonly right: Selector }

/**
 * Reads a selection of parameters. Grammar:
 *
 *     selection = product { ("+" | "-") product }        union and difference, from left to right
 *     product   = factor { factor }                      what lies in all of them: `layer 0 mlp`
 *     factor    = "all" | "attention" | "mlp" | "embed" | "unembed" | "norm"
 *               | "layer" N | "layer" N ".." N | "head" LAYER "." HEAD | name | "(" selection ")"
 *
 * A name is a tensor's name, in which * stands for any characters and ? for one. Throws {@link ModelError} saying where
 * it cannot be read and what may stand there.
 */
export function parseSelection(text: string): Selector {
  const words = text.match(/[()+]|-(?=\s|$)|[^\s()+]+/g) ?? []
  let at = 0
  const refuse = (why: string): never => {
    throw new ModelError(
      `the selection "${text}" cannot be read: ${why}; it is made of all, layer N, layer N..M, head LAYER.HEAD, ${parts.join(', ')}, tensor names (* and ? stand for any), + for unions, - for differences and parentheses`,
    )
  }
  const next = (): string => words[at++] ?? refuse('it ends too early')
  const selection = (): Selector => {
    let left = product()
    while (words[at] === '+' || words[at] === '-') {
      const kind = next() === '+' ? 'or' : 'minus'
      left = { kind, left, right: product() }
    }
    return left
  }
  const product = (): Selector => {
    let left = factor()
    while (at < words.length && !['+', '-', ')'].includes(words[at]!)) left = { kind: 'and', left, right: factor() }
    return left
  }
  const factor = (): Selector => {
    const word = next()
    if (word === '(') {
      const inner = selection()
      return next() === ')' ? inner : refuse('a parenthesis is not closed')
    }
    if (word === ')' || word === '+' || word === '-') return refuse(`"${word}" stands where something must be named`)
    if (word === 'layer') return layers(next(), refuse)
    if (word === 'head') return head(next(), refuse)
    if (word === 'all') return { kind: 'all' }
    const part = parts.find((each) => each === word)
    return part === undefined ? { kind: 'name', glob: word } : { kind: 'part', part }
  }
  const result = selection()
  return at < words.length ? refuse(`"${words[at]!}" closes nothing`) : result
}

type Refuse = (why: string) => never

function layers(word: string, refuse: Refuse): Selector {
  const found = /^(\d+)(?:\.\.(\d+))?$/.exec(word)
  if (found === null) return refuse(`"layer" needs a number such as 0 or 0..2, not "${word}"`)
  const from = Number(found[1])
  const to = Number(found[2] ?? found[1])
  return to < from ? refuse(`layers ${word} run backwards`) : { kind: 'layers', from, to }
}

function head(word: string, refuse: Refuse): Selector {
  const found = /^(\d+)\.(\d+)$/.exec(word)
  if (found === null) return refuse(`"head" needs LAYER.HEAD such as 0.3, not "${word}"`)
  return { kind: 'head', layer: Number(found[1]), head: Number(found[2]) }
}
