import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openTokenizer } from '../../../src/lab/datasets/tokenizer.ts'
import { agreementPrompts } from '../../../src/lab/experiments/agreement.ts'
import type { Metrics } from '../../../src/stage/metrics.ts'
import { root } from '../../house/files-below.ts'
import { gpt2Folder, gpt2Tokenizer } from '../gpt2-folder.ts'
import { modelFolder } from '../model-folder.ts'
import { runKind, valueOf } from '../run-kind.ts'
import { scratchContext } from '../scratch-context.ts'

describe('agreementPrompts', () => {
  it('has verbs of the number of the subject as right, those of the other as wrong', async () => {
    const tokenizer = await openTokenizer(gpt2Tokenizer)
    const [is, are] = [' is', ' are'].map((verb) => tokenizer.encode(verb)[0] ?? -1)
    const prompts = agreementPrompts(['simple', 'prepositional', 'relative'], tokenizer)
    const find = (text: string) => prompts.find((prompt) => prompt.text === text)
    expect(find('The teacher')?.right).toContain(is)
    expect(find('The teacher')?.wrong).toContain(are)
    expect(find('The teachers near the car')?.right).toContain(are)
    expect(find('The doctor that the farmers like')?.right).toContain(is)
    expect(find('The doctors that the farmer likes')?.wrong).toContain(is)
    expect(prompts.every(({ right, wrong }) => right.length === wrong.length && right.length > 8)).toBe(true)
    // What stands between is of the other number: an easy rule, "agree with the noun before", is always wrong.
    expect(find('The teacher near the car')).toBeUndefined()
    expect(new Set(prompts.map(({ text }) => text)).size).toBe(prompts.length)
  })
})

describe('agreement', () => {
  it('reads sentences of a file, and draws from its own', async () => {
    const ctx = await scratchContext()
    const model = { type: 'model' as const, path: await gpt2Folder(join(ctx.scratch, 'model')) }
    const file = join(root, '../shared/real/sva_feature_circuits/simple_test.json')
    const itemsOf = async (given: { with?: object; inputs?: object }) =>
      (valueOf((await runKind('agreement', { ctx, ...given, inputs: { model, ...given.inputs } })).metrics) as Metrics)
        .metrics['accuracy']?.items
    expect(await itemsOf({ with: { prompts: 100_000 }, inputs: { sentences: { type: 'path', path: file } } })).toBe(120)
    expect(await itemsOf({ with: { prompts: 40, form: 'relative' } })).toBe(40)
    const wrong = { sentences: { type: 'path', path: join(model.path, 'config.json') } }
    await expect(itemsOf({ inputs: wrong })).rejects.toThrow('line 1 of config.json is no sentence with answers')
  })
  it('says that no verb is one token', async () => {
    const ctx = await scratchContext()
    const model = { type: 'model' as const, path: await modelFolder(join(ctx.scratch, 'model'), ['a']) }
    await expect(runKind('agreement', { inputs: { model }, ctx })).rejects.toThrow('no verb is one token')
  })
})
