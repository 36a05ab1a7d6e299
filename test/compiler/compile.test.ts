import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/compiler/compile.ts'
import { deriveSeed } from '../../src/stage/seed.ts'
import { fakeCatalog } from '../rig/fake-catalog.ts'

const check = (text: string, params = {}): ReturnType<typeof compile> =>
  compile({ file: '/p/x.yaml', text }, { catalog: fakeCatalog, params, probe: () => 'file' })
const head = 'assay: 1\nstages:\n  subject:\n    use: model\n    with: { path: ./m }\n'

describe('plan', () => {
  it('orders stages by need, and by place in the file among the ready ones', () => {
    const text = `assay: 1
stages:
  z: { use: ioi, with: { model: m } }
  a: { use: ioi, with: { model: m } }
  m: { use: model, with: { path: ./m } }
  b: { use: corpus }
`
    expect(check(text).plan?.stages.map(({ id }) => id)).toEqual(['m', 'z', 'a', 'b'])
  })
  it('derives seeds from the pipeline seed and the id alone', () => {
    const one = check('assay: 1\nseed: 5\nstages:\n  b: { use: corpus }\n').plan
    const two = check('assay: 1\nseed: 5\nstages:\n  a: { use: corpus }\n  b: { use: corpus }\n').plan
    expect(one?.stages[0]?.seed).toBe(deriveSeed(5, 'b'))
    expect(two?.stages[1]?.seed).toBe(one?.stages[0]?.seed)
  })
  it('takes the seed from a parameter, and lets a stage have its own', () => {
    const text =
      'assay: 1\nparams: { seed: 1 }\nseed: ${params.seed}\nstages:\n  a: { use: corpus }\n  b: { use: corpus, with: { seed: 9 } }\n'
    const { plan } = check(text, { seed: '7' })
    expect(plan?.seed).toBe(7)
    expect(plan?.stages.map(({ seed }) => seed)).toEqual([deriveSeed(7, 'a'), deriveSeed(9, 'b')])
    expect(plan?.stages[1]?.with).toEqual({ sentences: { value: 100 } })
  })
  it('is plain JSON', () => {
    const { plan } = check(`${head}  t: { use: ioi, with: { model: subject } }\n`)
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan)
  })
  it('does not depend on the values of `__proto__`', () => {
    const { plan, diagnostics } = check(
      `${head}  t: { use: ioi, with: { model: subject, __proto__: { prompts: 1 } } }\n`,
    )
    expect(plan).toBeUndefined()
    expect(diagnostics.map(({ code }) => code)).toEqual(['keys-are-known'])
    expect(({} as { prompts?: number }).prompts).toBeUndefined()
  })
})

describe('limits', () => {
  it('gives up after many errors and says so', () => {
    const text =
      head +
      Array.from({ length: 500 }, (_, i) => `  s${String(i)}: { use: ioi, with: { model: b${String(i)} } }\n`).join('')
    const { diagnostics } = check(text)
    expect(diagnostics.length).toBe(201)
    expect(diagnostics.at(-1)?.code).toBe('document-is-bounded')
  })
  it.each([
    ['brackets', `a: ${'['.repeat(50_000)}`, 'document-is-bounded'],
    ['compact lists', '- '.repeat(50_000), 'document-is-bounded'],
    ['values after values', `a: ${'[] '.repeat(50_000)}`, 'yaml-is-valid'],
    ['size', 'a: 1\n'.repeat(1_000_000), 'document-is-bounded'],
    [
      'an endless expression',
      `${head}  t: { use: ioi, with: { model: subject, prompts: "\${${'1+'.repeat(5_000)}1}" } }\n`,
      'expressions-are-valid',
    ],
    ['an alias of itself', 'assay: 1\nstages: &a [*a, *a, *a]\n', 'yaml-is-valid'],
  ])('%s end in one error', (_, text, code) => {
    expect(check(text).diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code])
  })
})

describe('damaged files', () => {
  const golden = join(import.meta.dirname, '../golden')
  const seeds = ['ok', 'err'].flatMap((folder) =>
    readdirSync(join(golden, folder)).flatMap((name) =>
      name.endsWith('.yaml') ? [readFileSync(join(golden, folder, name), 'utf8')] : [],
    ),
  )
  const bits = [
    '${',
    '}',
    '{',
    '[',
    ']',
    ': ',
    '\n',
    '\t',
    '"',
    "'",
    '- ',
    '*a',
    '&a ',
    '<<: ',
    '__proto__: 1\n',
    '~',
    '.nan',
    '|\n',
    '#',
    '---\n',
    '\u0000',
    '${1/0}',
    '? a\n: b\n',
    '!!set {a}',
  ]

  it('are told with a place, or planned, and never crash the compiler', () => {
    const random = lehmer(20_261_122)
    for (let round = 0; round < 1500; round++) {
      const text = damage(seeds[Math.floor(random() * seeds.length)] ?? '', random)
      const { plan, diagnostics } = check(text)
      expect(plan !== undefined || diagnostics.length > 0, text).toBe(true)
      for (const { span, message } of diagnostics) {
        expect(Math.min(span.line, span.column, span.length), text).toBeGreaterThanOrEqual(1)
        expect(span.offset + 1, text).toBeLessThanOrEqual(text.length + 1)
        expect(message).not.toMatch(/\[object|undefined/)
      }
    }
  })

  function damage(text: string, random: () => number): string {
    const at = Math.floor(random() * text.length)
    const bit = bits[Math.floor(random() * bits.length)] ?? ''
    const cut = random() < 0.5 ? 0 : Math.floor(random() * 8)
    const damaged = text.slice(0, at) + (random() < 0.6 ? bit : '') + text.slice(at + cut)
    return random() < 0.6 ? damage(damaged, random) : damaged
  }

  /** Park and Miller's minimal generator: enough to choose damages, the same at each run. */
  function lehmer(seed: number): () => number {
    let state = seed
    return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
  }
})
