import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readSafetensors } from '../../../../src/engine/model/safetensors.ts'
import type { MetricSamples } from '../../../../src/stage/metrics.ts'
import type { StageInput } from '../../../../src/stage/artifact.ts'
import type { StageContext } from '../../../../src/stage/stage-context.ts'
import { modelFolder } from '../../model-folder.ts'
import { below, real, realModel } from '../../real.ts'
import { pathOf, runKind, valueOf } from '../../run-kind.ts'
import { scratchContext } from '../../scratch-context.ts'

type Outputs = Awaited<ReturnType<typeof runKind>>
const metrics = (outputs: Outputs): Record<string, number[]> =>
  Object.fromEntries(
    Object.entries((valueOf(outputs['metrics']) as { metrics: Record<string, MetricSamples> }).metrics).map(
      ([name, { values }]) => [name, values.flat()],
    ),
  )
const sorting: StageInput = {
  type: 'path',
  path: new URL('../../../../pipelines/real/sorting.jsonl', import.meta.url).pathname,
}
interface Reference {
  readonly scale: Record<string, { readonly quant: Record<string, number> }>
}

describe('a real model that sorts six letters', () => {
  it('sorts all 729 inputs', async () => {
    const ctx = await scratchContext()
    const model = await realModel(ctx, 'llmviz_gpt_nano_sort/gpt-nano-sort.safetensors', 'nano-sort')
    const outputs = await runKind('sequence-task', { inputs: { model, tasks: sorting }, ctx })
    const { accuracy, loss, ...rest } = metrics(outputs)
    expect(accuracy).toEqual([1])
    expect(loss![0]).toBeLessThan(0.01)
    expect(rest).toEqual({ 'token-accuracy': [1] })
    const items = await readSafetensors(pathOf(outputs['items']))
    expect(items.get('accuracy')!.shape).toEqual([1, 729])
  })

  it('loses as much by rounding as the reference says', async () => {
    const ctx = await scratchContext()
    const { quant } = (JSON.parse(readFileSync(real('REFERENCE.json').path!, 'utf8')) as Reference).scale[
      'llmviz_gpt_nano_sort/gpt-nano-sort'
    ]!
    const model = await realModel(ctx, 'llmviz_gpt_nano_sort/gpt-nano-sort.safetensors', 'nano-sort')
    for (const bits of [3, 2]) {
      const at = await below(ctx, `bits-${bits}`)
      const { model: rounded } = await runKind('quantize', { with: { bits }, inputs: { model }, ctx: at })
      const ensemble: StageInput = { type: 'ensemble', path: pathOf(rounded) }
      const outputs = await runKind('sequence-task', { inputs: { model: ensemble, tasks: sorting }, ctx: at })
      expect(metrics(outputs)['accuracy']![0]).toBeCloseTo(quant[bits]!, 10)
    }
  })
})

describe('texts', () => {
  const words = ['a', 'b', 'c', '.']
  async function ask(text: string, options: object = {}): Promise<Outputs> {
    const ctx: StageContext = await scratchContext()
    const path = join(ctx.scratch, 'tasks')
    await writeFile(path, text)
    const folder = await modelFolder(join(ctx.scratch, 'model'), words, [{ chain: 0, draw: 0, scale: 1 }])
    return runKind('sequence-task', {
      with: options,
      inputs: { model: { type: 'ensemble', path: folder }, tasks: { type: 'path', path } },
      ctx,
    })
  }

  it('adds up the surprise of an answer’s tokens, each given those before it', async () => {
    const whole = metrics(await ask('{"input": "a b", "answer": "c ."}'))
    const first = metrics(await ask('{"input": "a b", "answer": "c"}'))
    const second = metrics(await ask('{"input": "a b c", "answer": "."}'))
    expect(whole['loss']![0]).toBeCloseTo(first['loss']![0]! + second['loss']![0]!, 6)
    expect(whole['accuracy']![0]).toBe(first['accuracy']![0]! * second['accuracy']![0]!)
    expect(whole['token-accuracy']![0]).toBe((first['accuracy']![0]! + second['accuracy']![0]!) / 2)
  })

  it('asks answers of different lengths side by side', async () => {
    const [one, two] = ['{"input": "a b", "answer": "c ."}', '{"input": "b c a", "answer": "a"}']
    const both = metrics(await ask(`${one}\n${two}\n`))
    const [first, second] = [metrics(await ask(one)), metrics(await ask(two))]
    for (const name of ['loss', 'accuracy', 'token-accuracy'])
      expect(both[name]![0]).toBeCloseTo((first[name]![0]! + second[name]![0]!) / 2, 6)
  })

  it('imports auto-circuit’s file, either side, with right and wrong answers', async () => {
    const file = { prompts: [{ clean: 'a b', corrupt: 'a c', answers: ['a', 'b'], wrong_answers: ['c'] }] }
    const clean = metrics(await ask(JSON.stringify(file)))
    const corrupt = metrics(await ask(JSON.stringify(file), { side: 'corrupt' }))
    const line = metrics(await ask('{"input": "a c", "answers": ["a", "b"], "wrong": ["c"]}'))
    expect(corrupt).toEqual(line)
    expect(clean['logit-difference']).not.toEqual(corrupt['logit-difference'])
    expect(Object.keys(clean)).toEqual(['accuracy', 'token-accuracy', 'loss', 'logit-difference', 'preferred'])
    const [a, b] = [
      metrics(await ask('{"input": "a b", "answer": "a"}')),
      metrics(await ask('{"input": "a b", "answer": "b"}')),
    ]
    expect(Math.exp(-clean['loss']![0]!)).toBeCloseTo(Math.exp(-a['loss']![0]!) + Math.exp(-b['loss']![0]!), 6)
  })

  it.each([
    ['', /no tasks in it/],
    ['{"input": "a"}', /line 1 of tasks is no task/],
    [
      '{"input": "a", "answer": "zebra"}',
      /the answer "zebra" is empty or has words that the model's tokenizer does not know/,
    ],
    ['{"input": "a", "answers": ["a b", "c"]}', /"a b" is 2 tokens of the model's tokenizer, where one is needed/],
    ['{"input": "a", "answer": "b", "wrong": ["c"]}\n{"input": "a", "answer": "b"}', /1 of 2 tasks have wrong answers/],
    ['{"input": [1, 99], "answer": [2]}', /token 99 is outside the model's vocabulary of 7/],
    ['{"input": [-1], "answer": [2]}', /the input is no text and no list of token numbers/],
  ])('%s is refused', async (text, message) => {
    await expect(ask(text)).rejects.toThrow(message)
  })
})
