import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/compiler/compile.ts'
import { readParam, type ParamTexts } from '../../src/cli/params.ts'
import { printDiagnostics } from '../../src/cli/diagnostic-printer.ts'
import { fakeCatalog } from '../rig/fake-catalog.ts'

/** Each `.yaml` has its expected output beside it; `UPDATE_GOLDEN=1` writes what is printed now. */
const run = (folder: string, name: string): { printed: string; codes: string[]; hasPlan: boolean } => {
  const file = `/pipelines/${name}`
  const text = readFileSync(join(folder, name), 'utf8').replace(/^\uFEFF/, '')
  const params = [...text.matchAll(/^# -p (\S+)$/gm)].reduce((before: ParamTexts, match) => readParam(match[1] ?? '', before), {})
  const probe = (path: string): 'file' | undefined => (/^\/(?:pipelines\/there\/|elsewhere\/|pipelines\/package\.json$)/.test(path) ? 'file' : undefined)
  const [, values] = /^# --params (\S+)$/m.exec(text) ?? []
  const paramsFile = values === undefined ? {} : { paramsFile: { file: `/pipelines/${values}`, text: readFile(`/pipelines/${values}`) ?? '' } }
  const { plan, diagnostics, sources } = compile({ file, text }, { catalog: fakeCatalog, params, ...paramsFile, probe, readFile })
  const textOf = (path: string): string | undefined => sources.find((source) => source.file === path)?.text
  const printed = printDiagnostics(diagnostics, { textOf, cwd: '/pipelines', color: false })
  return { printed: printed + (plan === undefined ? '' : stagesOf(plan)), codes: diagnostics.map(({ code }) => code), hasPlan: plan !== undefined }
}

/** Files that other cases use lie in `files/`. */
const readFile = (path: string): string | undefined => {
  const real = join(import.meta.dirname, path.replace(/^\/pipelines\//, ''))
  return path.startsWith('/pipelines/files/') && existsSync(real) ? readFileSync(real, 'utf8') : undefined
}

const stagesOf = (plan: NonNullable<ReturnType<typeof compile>['plan']>): string => {
  const rows = plan.stages.map(({ span: _span, ...stage }) => JSON.stringify(stage))
  return `${[`${plan.name} ${JSON.stringify(plan.params)} seed ${String(plan.seed)}`, ...rows].join('\n')}\n`
}

const compare = (folder: string, name: string, printed: string): void => {
  const out = join(folder, name.replace(/\.yaml$/, '.out'))
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(out, printed)
  expect(existsSync(out), `${out} is missing`).toBe(true)
  expect(printed).toBe(readFileSync(out, 'utf8'))
}

const casesIn = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith('.yaml'))
const rules = new Set(readdirSync(join(import.meta.dirname, '../../src/compiler/rules')).map((name) => name.replace(/\.ts$/, '')))

describe('err', () => {
  const folder = join(import.meta.dirname, 'err')
  it.each(casesIn(folder))('%s', (name) => {
    const { printed, codes, hasPlan } = run(folder, name)
    expect(hasPlan).toBe(false)
    // The first finding is the one the case is named for: `params-are-set-bounds.yaml`.
    expect(codes.some((code) => name.startsWith(code)), `${name} reports ${codes.join(', ')}`).toBe(true)
    expect(codes.filter((code) => !rules.has(code))).toEqual([])
    compare(folder, name, printed)
  })
  it('has a case for every rule', () => {
    const cases = [...casesIn(folder), ...casesIn(join(import.meta.dirname, 'ok'))]
    const codes = [...rules].filter((rule) => rule !== 'index')
    expect(codes.filter((code) => !cases.some((name) => name.startsWith(code)))).toEqual([])
  })
})

describe('ok', () => {
  const folder = join(import.meta.dirname, 'ok')
  it.each(casesIn(folder))('%s', (name) => {
    const { printed, hasPlan } = run(folder, name)
    expect(hasPlan, printed).toBe(true)
    compare(folder, name, printed)
  })
})
