import { didYouMean } from '../../base/did-you-mean.ts'
import type { Diagnostic } from '../../base/diagnostic.ts'
import type { StageCatalog } from '../../stage/catalog.ts'
import type { StageRole } from '../../stage/stage-kind.ts'
import type { ScalarNode } from '../node.ts'
import { suggest } from '../report.ts'

/** Law: `use` names a kind of the catalog. In a template, kinds of the wanted role are suggested. */
export function unknownKind(
  node: ScalarNode & { readonly value: string },
  catalog: StageCatalog,
  role?: StageRole,
): Diagnostic {
  const names = catalog
    .all()
    .flatMap((kind) => ((role === undefined ? kind.role !== 'part' : kind.role === role) ? [kind.name] : []))
  const near = didYouMean(node.value, names)
  return {
    code: 'stage-kinds-exist',
    severity: 'error',
    message: `there is no stage kind \`${node.value}\``,
    span: node.span,
    help: /^[\w-]+#/.test(node.value) ? 'a comment begins with a space before its #' : suggest(near, names, 'kinds'),
  }
}
