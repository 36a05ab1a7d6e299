import { basename } from 'node:path'
import type { Diagnostic, SourceSpan } from '../../base/diagnostic.ts'

const code = 'files-are-pipelines'
/** Pipeline files inside pipeline files. */
export const maxFileDepth = 16

/** Law: a stage that uses a file names a pipeline file that declares outputs and does not, through others, use itself. */
export const noPipelineFile = (text: string, path: string, span: SourceSpan): Diagnostic => ({
  code,
  severity: 'error',
  message: `there is no pipeline file \`${text}\``,
  span,
  help: `paths are relative to the file they are written in, so this is ${path}`,
})

export const filesUseEachOther = (files: readonly string[], span: SourceSpan): Diagnostic => ({
  code,
  severity: 'error',
  message:
    files.length === 2
      ? 'this pipeline file uses itself'
      : `these pipeline files use each other: ${files.map((file) => basename(file)).join(' → ')}`,
  span,
  help: 'take one of these uses away',
})

export const filesTooDeep = (span: SourceSpan): Diagnostic => ({
  code,
  severity: 'error',
  message: `pipeline files use each other more than ${String(maxFileDepth)} deep`,
  span,
  help: 'put the stages of the inner files into one',
})

export const templateIsFile = (span: SourceSpan): Diagnostic => ({
  code,
  severity: 'error',
  message: 'a template is a kind, not a pipeline file',
  span,
  help: 'use the pipeline file as a stage, and name its output',
})

/** When both the stage and one inside its file wait for outputs to know whether they run. */
export const twoConditions = (inner: string, span: SourceSpan): Diagnostic => ({
  code,
  severity: 'error',
  message: `whether \`${inner}\` runs would wait for a stage of this file and for one of its own`,
  span,
  help: 'let one of the two `when` read parameters alone',
})
