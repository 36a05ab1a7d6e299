import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeSafetensors } from '../../../src/engine/model/safetensors.ts'
import { writeExamples } from '../../../src/lab/datasets/example-set.ts'
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

/** A perceptron of zeros, which guesses uniformly among three classes or says 0, and four examples of them. */
export async function givenZerosAndExamples(of: 'class' | 'number') {
  const ctx = await scratchContext()
  const folder = join(ctx.scratch, 'zeros')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'config.json'), JSON.stringify({ model_type: 'mlp', sizes: [2, 3], bias: false }))
  const weight = { dtype: 'F32' as const, shape: [3, 2], data: new Float32Array(6) }
  await writeSafetensors(join(folder, 'model.safetensors'), new Map([['layers.0.weight', weight]]))
  const path = join(ctx.scratch, 'examples')
  await writeExamples(path, {
    examples: 4,
    shape: [2],
    inputs: Float32Array.of(1, 0, 0, 1, 1, 1, 0, 0),
    targets:
      of === 'class'
        ? { kind: 'class', classes: 3, data: Int32Array.of(0, 1, 2, 0) }
        : { kind: 'number', width: 3, data: Float32Array.from({ length: 12 }, (_, i) => i % 3) },
    normalisation: 'none',
  })
  return { ctx, model: { type: 'model' as const, path: folder }, data: { type: 'examples' as const, path } }
}
