import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { commands } from '../../src/cli/commands/index.ts'
import { probe } from '../../src/cli/load-pipeline.ts'
import { compile } from '../../src/compiler/compile.ts'
import { catalog } from '../../src/lab/index.ts'
import { filesBelow, root } from './files-below.ts'

const textOf = (file: string): string => readFileSync(path.join(root, file), 'utf8')
const readme = textOf('README.md')

/** Errors and warnings of a pipeline as if it lay in pipelines/. */
const findings = (text: string): string[] =>
  compile({ file: path.join(root, 'pipelines/example.yaml'), text }, { catalog, probe }).diagnostics.map(
    ({ message }) => message,
  )

describe('README.md', () => {
  it('shows pipelines that compile', () => {
    const blocks = [...readme.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text]) => text!)
    expect(blocks).not.toEqual([])
    expect(blocks.flatMap(findings)).toEqual([])
  })
  it('names the test command that CI runs', () => {
    const [last] = textOf('.ci/run').trim().split('\n').slice(-1)
    expect(last).toBe('npm ci && npm test')
    expect(readme).toContain(`\n${last!}\n`)
  })
  it('has a line for every command', () => {
    const host = { cwd: root, env: {}, stdout: process.stdout, stderr: process.stderr, setExitCode: () => {} }
    const program = new Command()
    for (const command of commands) command.register(program, host)
    const visible = program
      .createHelp()
      .visibleCommands(program)
      .map((command) => command.name())
    expect(visible).toContain('run')
    expect(visible.filter((name) => name !== 'help' && !readme.includes(`| \`npx assay ${name}`))).toEqual([])
  })
  it('links to files that are there', () => {
    const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map(([, link]) => link!)
    expect(links.filter((link) => !existsSync(path.join(root, link)))).toEqual([])
  })
})

describe('pipelines/', () => {
  const files = filesBelow('pipelines', /^[^/]+\.yaml$/).filter((file) => !file.includes('/'))
  it.each(files)('%s compiles', (file) => {
    expect(findings(textOf(`pipelines/${file}`))).toEqual([])
  })
})
