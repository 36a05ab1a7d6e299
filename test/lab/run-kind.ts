import { Value } from '@sinclair/typebox/value'
import { catalog } from '../../src/lab/index.ts'
import type { StageInput, StageOutput } from '../../src/stage/artifact.ts'
import type { StageContext } from '../../src/stage/stage-context.ts'
import { isGrowing } from '../../src/stage/stage-kind.ts'

/** Runs a kind of the catalog by name, its parameters completed by their defaults and checked. */
export async function runKind(
  name: string,
  job: { readonly with?: object; readonly inputs?: Readonly<Record<string, StageInput>>; readonly ctx: StageContext },
): Promise<Readonly<Record<string, StageOutput>>> {
  const kind = catalog.get(name)
  if (kind === undefined || isGrowing(kind)) throw new Error(`no kind ${name} that runs`)
  const params = Value.Parse(kind.params, Value.Default(kind.params, structuredClone(job.with ?? {})))
  return kind.run({ with: params, inputs: job.inputs ?? {}, ctx: job.ctx })
}

export const pathOf = (output: StageOutput | undefined): string =>
  output !== undefined && 'path' in output ? output.path : ''
export const valueOf = (output: StageOutput | undefined): unknown =>
  output !== undefined && 'value' in output ? output.value : undefined
