import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { modelFolder, type MemberGiven } from '../model-folder.ts'
import { pathOf, runKind } from '../run-kind.ts'
import { scratchContext } from '../scratch-context.ts'

/** A model of three words (vocabulary 6), which guesses uniformly unless members say otherwise, and a text of two sentences. */
export async function givenModelAndText(members?: readonly MemberGiven[]) {
  const ctx = await scratchContext()
  const path = await modelFolder(join(ctx.scratch, 'model'), ['a', 'b', '.'], members)
  const file = join(ctx.scratch, 'text.txt')
  await writeFile(file, 'a b .\nb .\n')
  const tokenizer = { type: 'model' as const, path }
  const made = await runKind('text', { inputs: { path: { type: 'path', path: file }, tokenizer }, ctx })
  return {
    ctx,
    model: { type: members ? ('ensemble' as const) : ('model' as const), path },
    data: { type: 'dataset' as const, path: pathOf(made.dataset) },
  }
}
