import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readReference } from '../../../src/lab/scales/reference.ts'
import { scratchContext } from '../scratch-context.ts'

const losses = { nats: new Float64Array(2), tokens: Int32Array.of(5, 7) }
async function read(text: string) {
  const file = join((await scratchContext()).scratch, 'best.txt')
  await writeFile(file, text)
  return readReference(file, losses)
}

describe('readReference', () => {
  it('reads one number a line and leaves out lines beyond the data', async () => {
    expect(await read('1.5\n2\n9\n')).toEqual({ nats: Float64Array.of(1.5, 2), tokens: losses.tokens })
  })
  it('refuses too few lines, and a line that is no loss', async () => {
    await expect(read('1.5\n')).rejects.toThrow('best.txt has 1 lines for 2 sequences')
    await expect(read('1.5\nMary\n')).rejects.toThrow('line 2 of best.txt reads "Mary"')
  })
})
