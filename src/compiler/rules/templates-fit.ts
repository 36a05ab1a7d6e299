import type { Diagnostic } from '../../base/diagnostic.ts'
import type { StageCatalog } from '../../stage/catalog.ts'
import type { ArtifactType } from '../../stage/artifact.ts'
import type { StageRole, TemplatePort } from '../../stage/stage-kind.ts'
import { isMissing, usesOf, type BoundStage, type BoundTemplates, type BoundUse } from '../bound.ts'
import type { Report } from '../report.ts'
import { article, listTypes } from './port-types-match.ts'

const code = 'templates-fit'

/**
 * Law: a template's kind has the role its place wants, and every place that must be filled is. Of a list each takes what
 * the one before it gives, and the one that a search turns up and down has a dose.
 */
export function templatesFit(
  stages: readonly BoundStage[],
  report: Report,
  { catalog }: { catalog: StageCatalog },
): void {
  for (const stage of stages) {
    for (const use of usesOf(stage)) {
      for (const port of use.templates) {
        const roles = wrongRoles(port, catalog)
        const wrong = roles.length > 0 ? roles : [...brokenChains(port), ...notTurned(port, use)]
        wrong.forEach(report)
      }
      for (const missing of missingTemplates(use)) report(missing)
    }
  }
}

function wrongRoles({ name, port, uses }: BoundTemplates, catalog: StageCatalog): Diagnostic[] {
  const all = uses.flatMap(({ use, then }) => [use, ...then])
  return all.flatMap((use): Diagnostic[] => {
    if (use.kind === undefined || use.kind.role === port.role) return []
    if (use.kind.isCommand === true) return wrongOutputs({ name, port, use })
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

/** What a command must give to stand where a kind of a role stands. */
const outputsOfRole: Readonly<Partial<Record<StageRole, Readonly<Record<string, readonly ArtifactType[]>>>>> = {
  degradation: { model: ['model', 'ensemble'], loss: ['metrics'] },
  experiment: { metrics: ['metrics'] },
}

function wrongOutputs({ name, port, use }: { name: string; port: TemplatePort; use: BoundUse }): Diagnostic[] {
  const wanted = Object.entries(outputsOfRole[port.role] ?? {})
  const given = use.kind?.outputs ?? {}
  return wanted.flatMap(([output, types]): Diagnostic[] => {
    const type = Object.hasOwn(given, output) ? given[output]?.type : undefined
    if (type !== undefined && types.includes(type)) return []
    const is = type === undefined ? 'this one does not' : `here it is ${article(type)}`
    return [
      {
        code,
        severity: 'error',
        message: `a command that stands as \`${name}\` gives an output \`${output}\` (${types.join(' or ')}); ${is}`,
        span: use.spec.outputs?.keySpan ?? use.spec.span,
        help: `add \`${output}: { path: ${output === 'model' ? 'model' : `${output}.json`}, type: ${types[0] ?? ''} }\` under \`outputs\``,
      },
    ]
  })
}

function brokenChains({ uses }: BoundTemplates): Diagnostic[] {
  return uses.flatMap(({ use, then }) =>
    then.flatMap((next, i): Diagnostic[] => {
      const before = then[i - 1] ?? use
      const given = before.kind?.outputs['model']
      const taken = next.kind?.inputs['model']
      if (given === undefined || taken === undefined || taken.accepts.includes(given.type)) return []
      const [gives, takes] = [before.kind?.name ?? '', next.kind?.name ?? '']
      return [
        {
          code,
          severity: 'error',
          message: `\`${takes}\` takes ${listTypes(taken.accepts)}, but \`${gives}\` before it gives ${article(given.type)}`,
          span: next.spec.use?.span ?? next.spec.span,
          help: `put \`${takes}\` before \`${gives}\`, or leave one of them out`,
        },
      ]
    }),
  )
}

function notTurned({ port: { turns }, uses }: BoundTemplates, { kind, params }: BoundUse): Diagnostic[] {
  if (turns === undefined) return []
  const turn = params.find(({ name }) => name === turns.param)?.value
  if (turn !== undefined && turn.holes.length > 0) return []
  return uses.flatMap(({ use, then }): Diagnostic[] => {
    const list = [use, ...then]
    const at = typeof turn?.json === 'number' ? turn.json : list.length
    const turned = list[at - 1]
    const name = turned?.kind?.name
    if (turned !== undefined && (name === undefined || turns.kinds.includes(name))) return []
    if (turned?.kind?.isCommand === true) return turned.spec.dose === undefined ? [withoutDose(turned)] : []
    const span = turned?.spec.use?.span ?? turned?.spec.span ?? use.spec.span
    const message =
      turned === undefined
        ? `\`${turns.param ?? ''}\` is ${String(at)}, but there ${list.length === 1 ? 'is one degradation' : `are ${String(list.length)} degradations`}`
        : `\`${kind?.name ?? ''}\` cannot turn \`${name ?? ''}\` up and down`
    return [{ code, severity: 'error', message, span, help: `kinds with a dose: ${turns.kinds.join(', ')}` }]
  })
}

const withoutDose = ({ spec }: BoundUse): Diagnostic => ({
  code,
  severity: 'error',
  message: 'a command that a search turns up and down says which doses it takes',
  span: spec.use?.span ?? spec.span,
  help: 'add `dose: { start: mildest, end: roughest }`, and `${dose}` to `run`',
})

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
