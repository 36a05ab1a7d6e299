import { dirname, resolve } from 'node:path'
import type { StageCatalog } from '../stage/catalog.ts'
import type { StageKind } from '../stage/stage-kind.ts'
import { commandKind } from './command-kind.ts'
import { readDocument } from './document.ts'
import { fileKind } from './file-kind.ts'
import { readSpec } from './read-spec.ts'
import type { PipelineFile } from './pipeline-file.ts'
import type { Report } from './report.ts'
import { filesTooDeep, filesUseEachOther, maxFileDepth, noPipelineFile } from './rules/files-are-pipelines.ts'
import { SourceMap, type Source } from './source.ts'
import { namesFile, type StageSpec, type UseSpec } from './spec.ts'

export interface LoadContext {
  readonly catalog: StageCatalog
  /** The text of a file, if it is there. */
  readonly readFile: (path: string) => string | undefined
  readonly report: Report
  /** Every file read so far, by path; one that cannot be used is there as `undefined`. */
  readonly loaded: Map<string, { readonly source: Source; readonly file: PipelineFile | undefined }>
}

/** Reads a pipeline file and those it uses, each once. `path` leads from the topmost file to this one. */
export function loadFile(source: Source, context: LoadContext, path: readonly string[] = []): PipelineFile | undefined {
  context.loaded.set(source.file, { source, file: undefined })
  const document = readDocument(source)
  document.diagnostics.forEach(context.report)
  const isUnreadable = document.root === undefined && document.diagnostics.length > 0
  const start = new SourceMap(source).span(0, 1)
  const spec = isUnreadable ? undefined : readSpec(document.root, { start, catalog: context.catalog }, context.report)
  if (spec === undefined) return undefined
  const files = new Map<string, PipelineFile>()
  const kinds = new Map<UseSpec, StageKind>()
  const kindOf = (use: UseSpec): StageKind | undefined =>
    kinds.get(use) ??
    (use.use === undefined || namesFile(use.use.value) ? undefined : context.catalog.get(use.use.value))
  const file: PipelineFile = { source, spec, files, kindOf }
  for (const stage of spec.stages) {
    const inner = loadUse(stage, context, [...path, source.file])
    if (inner !== undefined) {
      files.set(stage.id, inner)
      kinds.set(stage, fileKind(stage.use?.value ?? '', inner))
    }
    const kind = kindOf(stage)
    if (kind?.isCommand === true) kinds.set(stage, commandKind(kind, stage, context.report))
  }
  context.loaded.set(source.file, { source, file })
  return file
}

function loadUse({ use }: StageSpec, context: LoadContext, path: readonly string[]): PipelineFile | undefined {
  if (use === undefined || !namesFile(use.value)) return undefined
  const file = resolve(dirname(path.at(-1) ?? ''), use.value)
  const from = path.indexOf(file)
  if (from !== -1) {
    context.report(filesUseEachOther([...path.slice(from), file], use.span))
    return undefined
  }
  const known = context.loaded.get(file)
  if (known !== undefined) return known.file
  if (path.length > maxFileDepth) {
    context.report(filesTooDeep(use.span))
    return undefined
  }
  const text = context.readFile(file)
  if (text !== undefined) return loadFile({ file, text }, context, path)
  context.report(noPipelineFile(use.value, file, use.span))
  return undefined
}
