import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { digestOfBytes, shortDigest } from '../../../src/base/digest.ts'
import { openTokenizer } from '../../../src/lab/datasets/tokenizer.ts'
import { StageError } from '../../../src/stage/stage-context.ts'
import { pathOf, runKind, valueOf } from '../run-kind.ts'
import { scratchContext } from '../scratch-context.ts'

const small = { sentences: 300, validation: 200, facts: 20 }
const lines = async (file: string): Promise<string[]> => (await readFile(file, 'utf8')).trimEnd().split('\n')

describe('tiny-corpus', () => {
  it('writes sentences, facts, surprisals and a tokenizer that knows every word', async () => {
    const made = await runKind('tiny-corpus', { with: small, ctx: await scratchContext() })
    const validation = await lines(pathOf(made.validation))
    expect(await lines(pathOf(made.train))).toHaveLength(300)
    expect(validation).toHaveLength(200)
    expect(await lines(pathOf(made.facts))).toHaveLength(20)
    const tokenizer = await openTokenizer(pathOf(made.tokenizer))
    for (const line of validation) {
      const ids = tokenizer.encode(line)
      expect(ids).not.toContain(tokenizer.unknown)
      expect(ids.map((id) => tokenizer.tokenOf(id)).join(' ')).toBe(line)
    }
  })

  it('gives as floor the mean surprisal of its own validation text', async () => {
    const made = await runKind('tiny-corpus', { with: small, ctx: await scratchContext() })
    const nats = (await lines(pathOf(made.surprisal))).map(Number)
    const words = (await lines(pathOf(made.validation))).join(' ').split(' ').length
    expect(nats).toHaveLength(200)
    expect(nats.reduce((a, b) => a + b) / words).toBeCloseTo(valueOf(made.floor) as number, 8)
    expect(Math.abs((valueOf(made.floor) as number) - (valueOf(made.entropy) as number))).toBeLessThan(0.1)
  })

  it('is a function of its seed', async () => {
    const text = async (seed: string): Promise<string> =>
      readFile(pathOf((await runKind('tiny-corpus', { with: small, ctx: await scratchContext(seed) })).train), 'utf8')
    const first = await text('0000000000000001')
    expect(await text('0000000000000001')).toBe(first)
    expect(await text('0000000000000002')).not.toBe(first)
  })

  it('writes these very bytes as long as its version is 1', async () => {
    const made = await runKind('tiny-corpus', { with: small, ctx: await scratchContext('0000000000000001') })
    const digests = await Promise.all(
      ['train', 'validation', 'surprisal', 'facts'].map(async (name) =>
        shortDigest(digestOfBytes(await readFile(pathOf(made[name])))),
      ),
    )
    expect(digests).toMatchInlineSnapshot(`
      [
        "403ce5b85672",
        "e3d613072cdf",
        "eb015dab5905",
        "05d5d89e6ba1",
      ]
    `)
  })

  it('refuses shares that do not sum to one', async () => {
    const job = { with: { ...small, shares: { ioi: 0.6, facts: 0.6, filler: 0.1 } }, ctx: await scratchContext() }
    await expect(runKind('tiny-corpus', job)).rejects.toThrow(StageError)
  })
})
