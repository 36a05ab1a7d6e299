import type { Diagnostic, SourceSpan } from '../../base/diagnostic.ts'

/** Law: no map is merged into another by `<<`, which YAML 1.2 does not have: what a map holds stands in it. */
export const noMergeKey = (span: SourceSpan): Diagnostic => ({
  code: 'no-merge-keys',
  severity: 'error',
  message: 'YAML 1.2 has no merge key `<<`',
  span,
  help: 'write the keys out, or repeat a whole value by an alias: `with: *name`',
})
