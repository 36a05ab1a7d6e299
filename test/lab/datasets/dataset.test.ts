import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readDataset, writeDataset, type Dataset } from '../../../src/lab/datasets/dataset.ts'
import { scratchContext } from '../scratch-context.ts'

const dataset: Dataset = {
  sequences: 2,
  length: 3,
  vocabulary: 9,
  mode: 'lines',
  tokens: Int32Array.of(1, 2, 3, 1, 8, 0),
  mask: Uint8Array.of(0, 1, 1, 0, 1, 0),
}

it('reads back what it wrote', async () => {
  const { out } = await scratchContext()
  await writeDataset(out, dataset)
  expect(await readDataset(out)).toEqual(dataset)
})

it('refuses a folder whose head does not fit its tokens', async () => {
  const { out } = await scratchContext()
  await writeDataset(out, dataset)
  await writeFile(
    join(out, 'dataset.json'),
    JSON.stringify({ version: 1, sequences: 3, length: 3, vocabulary: 9, mode: 'lines' }),
  )
  await expect(readDataset(out)).rejects.toThrow('is not a dataset of version 1')
})
