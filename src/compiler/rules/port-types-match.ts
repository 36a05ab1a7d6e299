import type { Diagnostic } from '../../base/diagnostic.ts'
import type { ArtifactType } from '../../stage/artifact.ts'
import { outputsOf, usesOf, type BoundStage } from '../bound.ts'
import type { Report } from '../report.ts'
import type { Reference } from '../reference.ts'

const code = 'port-types-match'

/** Law: an output goes where its type is accepted. */
export function portTypesMatch(stages: readonly BoundStage[], report: Report): void {
  const byId = new Map(stages.map((stage) => [stage.spec.id, stage]))
  for (const stage of stages) {
    const inputs = usesOf(stage).flatMap((use) => use.inputs)
    const given = inputs.flatMap((input) => outputsOf(input.target).map((target) => ({ ...input, target })))
    for (const { target, port, name } of given) {
      if (port.accepts.includes(target.type)) continue
      const source = byId.get(target.stage)
      const others = Object.entries(source?.kind?.outputs ?? {}).filter(([, { type }]) => port.accepts.includes(type))
      const help =
        others.length === 0
          ? `\`${name}\` wants ${listTypes(port.accepts)}`
          : `did you mean ${others.map(([other]) => `\`${target.stage}.${other}\``).join(' or ')}?`
      report({
        code,
        severity: 'error',
        message: `\`${name}\` takes ${listTypes(port.accepts)}, but \`${target.stage}.${target.output}\` is ${article(target.type)}`,
        span: target.span,
        help,
        ...(source?.spec.use === undefined
          ? {}
          : { related: [{ message: `\`${target.stage}\` is written here`, span: source.spec.span }] }),
      })
    }
  }
}

export function noFittingOutput(
  { node, name, port }: Reference,
  stage: string,
  outputs: readonly (readonly [string, ArtifactType])[],
): Diagnostic {
  const given = outputs.map(([output, type]) => `${output} (${type})`).join(', ')
  return {
    code,
    severity: 'error',
    message: `\`${name}\` takes ${listTypes(port.accepts)}, which \`${stage}\` does not give`,
    span: node.span,
    help: outputs.length === 0 ? `\`${stage}\` has no outputs` : `outputs of \`${stage}\`: ${given}`,
  }
}

export function listTypes(types: readonly ArtifactType[]): string {
  const [last, ...rest] = types.map(article).reverse()
  return rest.length === 0 ? (last ?? 'nothing') : `${rest.reverse().join(', ')} or ${last ?? ''}`
}

export function article(type: ArtifactType): string {
  if (type.endsWith('s')) return type
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`
}
