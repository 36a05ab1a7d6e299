import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Metrics } from '../../../../src/stage/metrics.ts'
import { runKind, valueOf } from '../../run-kind.ts'
import { scratchContext } from '../../scratch-context.ts'
import { tinyFile, tinyModel } from '../tiny-pairs.ts'

async function measure(table: string, given: object = {}): Promise<Metrics['metrics']> {
  const ctx = await scratchContext()
  const path = join(ctx.scratch, 'table.csv')
  await writeFile(path, table)
  const made = await runKind('probe', { with: given, inputs: { model: tinyModel, table: { type: 'path', path } }, ctx })
  return (valueOf(made['metrics']) as Metrics).metrics
}

describe('probe', () => {
  it('reads off the shipped model whether a word is a name, a place or an object, and no labels dealt at random', async () => {
    const grammar = JSON.parse(await readFile(tinyFile('grammar.json').path, 'utf8')) as Record<string, string[]>
    const rows = ['names', 'places', 'objects'].flatMap((kind) => grammar[kind]!.map((word) => `${word},${kind}`))
    const metrics = await measure(['text,label', ...rows].join('\n'), { layer: 0 })
    expect(metrics['accuracy']!.values[0]![0]).toBeGreaterThan(0.9)
    // 48 of 80 words are names: guessing always that is right in 0.6.
    expect(metrics['control']!.values[0]![0]).toBeLessThan(0.65)
    expect(metrics['selectivity']!.values[0]![0]).toBeGreaterThan(0.3)
  })
  it('knows no geography', async () => {
    const grammar = JSON.parse(await readFile(tinyFile('grammar.json').path, 'utf8')) as { names: string[] }
    const rows = grammar.names.map((name, i) => `${name},${((i * 37) % 140) - 70},${((i * 101) % 340) - 170}`)
    const metrics = await measure(['text,lat,lon', ...rows].join('\n'), { position: 'mean' })
    expect(metrics['r2']!.values[0]![0]).toBeLessThan(0.2)
    expect(metrics['distance']!.values[0]![0]).toBeGreaterThan(5000)
  })
  it('refuses a table that says nothing, by row and field', async () => {
    const rows = Array.from({ length: 12 }, (_, i) => `Mary ${i},same`)
    await expect(measure(['text,label', ...rows].join('\n'))).rejects.toThrow(/every label .* is "same"/)
    await expect(measure('text,label\nMary,a')).rejects.toThrow(/1 rows; a probe needs 10/)
    await expect(measure(['text,lat,lon', ...rows.map((row) => `${row},91`)].join('\n'))).rejects.toThrow(
      /row 1 .* degrees/,
    )
  })
})
