import type { Diagnostic } from '../../base/diagnostic.ts'
import type { ScalarNode } from '../node.ts'

/** Law: a path in a pipeline leads to a file or folder. Paths are relative to the pipeline file. */
export const pathExists = (text: string, node: ScalarNode, path: string): Diagnostic => ({
  code: 'paths-exist',
  severity: 'error',
  message: `there is no file or folder \`${text}\``,
  span: node.span,
  help: `paths are relative to the pipeline file, so this is ${path}`,
})
