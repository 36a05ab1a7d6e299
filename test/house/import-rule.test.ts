import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from './files-below.ts'

/** A small project with one planted breach a file: file → what it imports → the rule that must say so (none: allowed). */
const planted: readonly { file: string; imports: string; breaks?: string }[] = [
  { file: 'base/word.ts', imports: `import type { Kind } from '../stage/kind.ts'`, breaks: 'base-imports-no-room' },
  { file: 'stage/kind.ts', imports: `import '../engine/graph.ts'`, breaks: 'stage-imports-only-base' },
  {
    file: 'compiler/compile.ts',
    imports: `import '../orchestrator/run.ts'`,
    breaks: 'compiler-imports-only-base-stage',
  },
  { file: 'compiler/check.ts', imports: `import '../lab/kind.ts'`, breaks: 'compiler-imports-only-base-stage' },
  {
    file: 'orchestrator/run.ts',
    imports: `import '../reporters/show.ts'`,
    breaks: 'orchestrator-imports-only-base-stage-compiler',
  },
  {
    file: 'orchestrator/key.ts',
    imports: `import type { A } from '../lab/kind.ts'`,
    breaks: 'orchestrator-imports-only-base-stage-compiler',
  },
  {
    file: 'engine/graph.ts',
    imports: `import type { Kind } from '../stage/artifact.ts'`,
    breaks: 'engine-imports-only-base',
  },
  {
    file: 'lab/kind.ts',
    imports: `const a = await import('../compiler/plan.ts')`,
    breaks: 'lab-imports-only-base-stage-engine',
  },
  {
    file: 'reporters/show.ts',
    imports: `export * from '../compiler/plan.ts'`,
    breaks: 'reporters-imports-only-base-stage-orchestrator',
  },
  {
    file: 'reporters/draw.ts',
    imports: `import '../cli/main.ts'`,
    breaks: 'reporters-imports-only-base-stage-orchestrator',
  },
  { file: 'engine/model/open.ts', imports: `import * as ort from 'onnxruntime-node'`, breaks: 'onnxruntime-wall' },
  { file: 'lab/sgld.ts', imports: `import type { Tensor } from 'onnxruntime-node'`, breaks: 'onnxruntime-wall' },
  { file: 'cli/frame.ts', imports: `import { Box } from 'ink'`, breaks: 'ink-wall' },
  { file: 'reporters/state.ts', imports: `import { useState } from 'react'`, breaks: 'ink-wall' },
  { file: 'compiler/spec.ts', imports: `import { parse } from 'yaml'`, breaks: 'yaml-wall' },
  { file: 'cli/pretty.ts', imports: `import { format } from 'prettier/standalone'`, breaks: 'prettier-wall' },
  { file: 'engine/onnx/a.ts', imports: `import type { B } from './b.ts'`, breaks: 'no-cycles' },
  { file: 'base/lost.ts', imports: `import './nowhere.ts'`, breaks: 'imports-resolve' },
  { file: 'base/tested.ts', imports: `import '../../test/rig.ts'`, breaks: 'src-imports-no-tests' },
  { file: 'base/developed.ts', imports: `import 'fast-check'`, breaks: 'src-imports-no-dev-packages' },
  { file: 'engine/runtime/session.ts', imports: `import * as ort from 'onnxruntime-node'` },
  { file: 'reporters/tui/app.tsx', imports: `import { Box } from 'ink'\nimport { useState } from 'react'` },
  { file: 'compiler/document.ts', imports: `import { parse } from 'yaml'\nimport '../stage/artifact.ts'` },
  { file: 'cli/main.ts', imports: `import '../lab/registry.ts'\nimport '../orchestrator/event.ts'` },
  { file: 'lab/registry.ts', imports: `import '../engine/runtime/session.ts'\nimport '../stage/artifact.ts'` },
  { file: 'compiler/plan.ts', imports: `import '../base/json.ts'` },
  { file: 'orchestrator/event.ts', imports: `import '../compiler/plan.ts'` },
  { file: 'stage/artifact.ts', imports: `import '../base/json.ts'` },
  { file: 'base/json.ts', imports: `import { createHash } from 'node:crypto'` },
]

/** What planted files lean on: a cycle is reported once, at the other end. */
const unjudged: typeof planted = [
  { file: 'engine/onnx/b.ts', imports: `import type { A } from './a.ts'` },
  { file: '../test/rig.ts', imports: '' },
]

interface Breach {
  readonly from: string
  readonly rule: { readonly name: string }
}

describe('the import rule', () => {
  let folder = ''
  let breaches: readonly Breach[] = []

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assay-import-rule-'))
    await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'))
    for (const name of ['package.json', 'tsconfig.json']) await symlink(path.join(root, name), path.join(folder, name))
    for (const { file, imports } of [...planted, ...unjudged]) {
      const target = path.join(folder, 'src', file)
      await mkdir(path.dirname(target), { recursive: true })
      await writeFile(target, `${imports}\nexport {}\n`)
    }
    const config = path.join(root, '.dependency-cruiser.cjs')
    const cruise = await execa('depcruise', ['--config', config, '--output-type', 'json', 'src'], {
      cwd: folder,
      preferLocal: true,
      localDir: root,
      reject: false,
    })
    breaches = (JSON.parse(cruise.stdout) as { summary: { violations: Breach[] } }).summary.violations
  }, 60_000)
  afterAll(() => rm(folder, { recursive: true, force: true }))

  for (const { file, imports, breaks } of planted) {
    const [first] = imports.split('\n')
    it(breaks === undefined ? `lets ${file} say ${first}` : `catches ${first} in ${file}`, () => {
      const rules = breaches.filter(({ from }) => from === `src/${file}`).map(({ rule }) => rule.name)
      expect([...new Set(rules)]).toEqual(breaks === undefined ? [] : [breaks])
    })
  }
})
