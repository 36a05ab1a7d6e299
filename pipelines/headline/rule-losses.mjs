// Loss of a theory of the text, sentence by sentence: a trigram model (Witten–Bell), and the rule of indirect objects on
// top: where a name is due and one name has been said twice and another once, it is the one said once.
//
//   node rule-losses.mjs TRAIN VALIDATION GRAMMAR OUT
//
// Writes one line a sentence: −ln probability of its words in nats. The rule takes over the probability that the
// trigrams give to all names together, so the probabilities still sum to one.
import { readFileSync, writeFileSync } from 'node:fs'

const [train, validation, grammar, out] = process.argv.slice(2)
const sentences = (file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' '))
const names = JSON.parse(readFileSync(grammar, 'utf8')).names
const isName = new Set(names)
const trainingText = sentences(train)
const vocabulary = new Set(trainingText.flat())

/** Counts of each word after the up to two words before it, by those words. */
const counts = new Map()
for (const words of trainingText)
  words.forEach((word, i) => {
    for (const context of contextsOf(words, i)) {
      const after = counts.get(context) ?? { total: 0, words: new Map() }
      after.total++
      after.words.set(word, (after.words.get(word) ?? 0) + 1)
      counts.set(context, after)
    }
  })

function contextsOf(words, i) {
  const before = ['<bos>', '<bos>', ...words.slice(0, i)].slice(-2)
  return ['', before[1], before.join(' ')]
}

/** Witten–Bell: each order gives way to the next lower one as often as it has been surprised. */
function probability(word, words, i) {
  return contextsOf(words, i).reduce((lower, context) => {
    const after = counts.get(context)
    if (after === undefined) return lower
    const kinds = after.words.size
    return ((after.words.get(word) ?? 0) + kinds * lower) / (after.total + kinds)
  }, 1 / (vocabulary.size + 1))
}

/** The name said once where another has been said twice, or nothing. */
function indirectObject(words, i) {
  const said = new Map()
  for (const word of words.slice(0, i)) if (isName.has(word)) said.set(word, (said.get(word) ?? 0) + 1)
  const once = [...said].filter(([, times]) => times === 1)
  const twice = [...said].filter(([, times]) => times === 2)
  return said.size === 2 && once.length === 1 && twice.length === 1 ? once[0][0] : undefined
}

/** How often the rule is wrong where it speaks and a name comes, on the training text; one more, so never certain. */
let [right, wrong] = [0, 1]
for (const words of trainingText)
  words.forEach((word, i) => {
    const expected = isName.has(word) ? indirectObject(words, i) : undefined
    if (expected === undefined) return
    if (expected === word) right++
    else wrong++
  })
const doubt = wrong / (right + wrong)

const lines = sentences(validation).map((words) => {
  let loss = 0
  words.forEach((word, i) => {
    const plain = probability(word, words, i)
    const expected = indirectObject(words, i)
    if (expected === undefined || !isName.has(word)) loss -= Math.log(plain)
    else {
      const any = names.reduce((sum, name) => sum + probability(name, words, i), 0)
      loss -= Math.log(doubt * plain + (word === expected ? (1 - doubt) * any : 0))
    }
  })
  return loss
})
writeFileSync(out, `${lines.join('\n')}\n`)
