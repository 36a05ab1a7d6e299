import type { Diagnostic } from '../../base/diagnostic.ts'
import type { StageCatalog } from '../../stage/catalog.ts'
import type { StageRole } from '../../stage/stage-kind.ts'
import { isMissing, usesOf, type BoundStage, type BoundTemplates, type BoundUse } from '../bound.ts'
import type { Report } from '../report.ts'

const code = 'templates-fit'

/** Law: a template's kind has the role its place wants, and every place that must be filled is. */
export function templatesFit(
  stages: readonly BoundStage[],
  report: Report,
  { catalog }: { catalog: StageCatalog },
): void {
  for (const stage of stages) {
    for (const use of usesOf(stage)) {
      for (const port of use.templates) for (const wrong of wrongRoles(port, catalog)) report(wrong)
      for (const missing of missingTemplates(use)) report(missing)
    }
  }
}

function wrongRoles({ name, port, uses }: BoundTemplates, catalog: StageCatalog): Diagnostic[] {
  return uses.flatMap(({ use }): Diagnostic[] => {
    if (use.kind === undefined || use.kind.role === port.role) return []
    const fitting = catalog.all().flatMap((kind) => (kind.role === port.role ? [kind.name] : []))
    return [
      {
        code,
        severity: 'error',
        message: `\`${name}\` takes ${role(port.role)}, but \`${use.kind.name}\` is ${role(use.kind.role)}`,
        span: use.spec.use?.span ?? use.spec.span,
        help: fitting.length === 0 ? `no kind is ${role(port.role)}` : `kinds that fit: ${fitting.join(', ')}`,
      },
    ]
  })
}

function missingTemplates(use: BoundUse): Diagnostic[] {
  const { kind, templates, spec } = use
  return Object.entries(kind?.templates ?? {}).flatMap(([name, port]): Diagnostic[] => {
    if (port.optional === true || templates.some((template) => template.name === name) || !isMissing(use, name))
      return []
    const form = port.arity === 'one' ? '{ use: kind, with: { … } }' : '{ name: { use: kind } }'
    return [
      {
        code,
        severity: 'error',
        message: `\`${kind?.name ?? ''}\` needs the template \`${name}\``,
        span: spec.span,
        help: `add \`${name}: ${form}\` under \`with\`: ${port.description}`,
      },
    ]
  })
}

const role = (name: StageRole): string => (/^[aeiou]/.test(name) ? `an ${name}` : `a ${name}`)
