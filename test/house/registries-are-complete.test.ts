import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { catalog } from '../../src/lab/index.ts'
import type { StageKind } from '../../src/stage/stage-kind.ts'
import { filesBelow, root } from './files-below.ts'

/** Folders whose index.ts lists every file that has the mark of a member. */
const registries: readonly { folder: string; index: string; member: RegExp }[] = [
  { folder: 'src/cli/commands', index: 'src/cli/commands/index.ts', member: /: CliCommand = / },
  {
    folder: 'src/compiler/rules',
    index: 'src/compiler/rules/index.ts',
    member: /^export function \w+\(stages: readonly BoundStage\[\], report: Report/m,
  },
  { folder: 'src/engine/autodiff/rules', index: 'src/engine/autodiff/rules/index.ts', member: /^export const /m },
  { folder: 'src/reporters', index: 'src/reporters/index.ts', member: /^export function create\w+Reporter\b/m },
]

const textOf = (file: string): string => readFileSync(path.join(root, file), 'utf8')

/** Files of a registry's folder that have the mark of a member. */
const members = ({ folder, index, member }: (typeof registries)[number]): string[] =>
  filesBelow(folder, /\.tsx?$/)
    .map((file) => `${folder}/${file}`)
    .filter((file) => file !== index && member.test(textOf(file)))

/** What a file must be called in an import in `index`. */
const specifier = (index: string, file: string): string => `'./${path.posix.relative(path.posix.dirname(index), file)}'`

describe.each(registries)('$index', (registry) => {
  it('exists, and its folder has members', () => {
    expect(existsSync(path.join(root, registry.index))).toBe(true)
    expect(members(registry)).not.toEqual([])
  })
  it('names every member', () => {
    const index = textOf(registry.index)
    expect(members(registry).filter((file) => !index.includes(specifier(registry.index, file)))).toEqual([])
  })
})

const kindFiles = filesBelow('src/lab', /\.ts$/).filter((file) =>
  /\bdefine(Stage|Search)\(/.test(textOf(`src/lab/${file}`)),
)

describe('src/lab/index.ts', () => {
  it('has files with kinds to look after', () => {
    expect(kindFiles).not.toEqual([])
  })
  it.each(kindFiles)('lists every kind of %s', async (file) => {
    const exports = (await import(pathToFileURL(path.join(root, 'src/lab', file)).href)) as Record<string, unknown>
    const kinds = Object.values(exports).filter(isKind)
    expect(kinds).not.toEqual([])
    expect(kinds.filter((kind) => catalog.get(kind.name) !== kind).map(({ name }) => name)).toEqual([])
  })
})

const isKind = (value: unknown): value is StageKind =>
  typeof value === 'object' && value !== null && 'role' in value && 'outputs' in value && 'params' in value
