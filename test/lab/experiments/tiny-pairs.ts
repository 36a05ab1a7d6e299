import { pathOf, runKind } from '../run-kind.ts'
import { scratchContext } from '../scratch-context.ts'

const tiny = new URL('../../../pipelines/tiny/', import.meta.url).pathname

/** The shipped model, and a file beside it. */
export const tinyModel = { type: 'model', path: `${tiny}model` } as const
export const tinyFile = (name: string) => ({ type: 'path', path: `${tiny}${name}` }) as const

/** IOI prompts in the shipped model's words, with their corrupted twins. */
export async function tinyPairs(prompts: number, given: object = {}): Promise<{ type: 'pairs'; path: string }> {
  const made = await runKind('ioi-pairs', {
    with: { prompts, order: 'ABBA', ...given },
    inputs: { tokenizer: tinyModel, grammar: tinyFile('grammar.json') },
    ctx: await scratchContext('00000000000000aa'),
  })
  return { type: 'pairs', path: pathOf(made['pairs']) }
}
