import type { BoundStage } from '../bound.ts'
import { toJson } from '../node.ts'
import type { Report } from '../report.ts'
import type { PipelineSpec } from '../spec.ts'

/** Advice: a parameter that nothing reads is a leftover, or a name that was mistyped elsewhere. */
export function paramsAreUsed(stages: readonly BoundStage[], report: Report, { spec }: { spec: PipelineSpec }): void {
  if (spec.params.length === 0) return
  const read = namesRead([...(spec.seed === undefined ? [] : [toJson(spec.seed)]), ...stages.flatMap(writtenOf)])
  for (const { name, nameSpan } of spec.params) {
    if (!read.has(name))
      report({
        code: 'params-are-used',
        severity: 'warning',
        message: `no stage reads the parameter \`${name}\``,
        span: nameSpan,
        help: `use it as \`\${params.${name}}\`, or delete it`,
      })
  }
}

/** Every `params.name`; of a name with hyphens each beginning as well, since a hyphen may be a minus. */
function namesRead(values: readonly unknown[]): Set<string> {
  const names = new Set<string>()
  for (const value of values) {
    for (const [, name = ''] of JSON.stringify(value).matchAll(/\bparams\s*\.\s*([\w-]+)/g)) {
      const parts = name.split('-')
      parts.forEach((_, index) => names.add(parts.slice(0, index + 1).join('-')))
    }
  }
  return names
}

/** Every value of a stage as written; the cells of a matrix are written once. */
function writtenOf({ spec }: BoundStage, index: number, all: readonly BoundStage[]): unknown[] {
  if (all[index - 1]?.spec === spec) return []
  const { matrix, when, retry, timeout, resources, run, inputs, outputs, env } = spec
  const options = [matrix, when, retry, timeout, resources, run, inputs, outputs, env]
  const entries = [...spec.with, ...options.filter((option) => option !== undefined)]
  return entries.map(({ value }) => toJson(value))
}
