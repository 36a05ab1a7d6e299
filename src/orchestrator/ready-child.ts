import { err, ok, type Result } from '../base/result.ts'
import type { StageCatalog } from '../stage/catalog.ts'
import { deriveSeed } from '../stage/seed.ts'
import type { ChildStage } from '../stage/stage-kind.ts'
import { checkParams } from './check-params.ts'
import type { Failure } from './failure.ts'
import type { ReadyStage } from './ready-stage.ts'

/** A child that a growing stage asked for, checked against its kind and given its seed. */
export function readyChild(child: ChildStage, parent: ReadyStage, catalog: StageCatalog): Result<ReadyStage, Failure> {
  const id = `${parent.id}/${child.name}`
  const kind = catalog.get(child.use)
  if (kind === undefined)
    return err({
      reason: 'internal',
      message: `${parent.kind.name} asked for a stage of kind ${child.use}, which does not exist`,
    })
  const checked = checkParams(kind, child.with)
  if (!checked.ok)
    return err({
      reason: 'stage-threw',
      message: `its parameters do not fit kind ${kind.name}: ${checked.error}`,
      help: `look at the template of ${child.use} in the pipeline`,
    })
  const missing = Object.entries(kind.inputs).find(
    ([port, { optional }]) => optional !== true && child.inputs[port] === undefined,
  )
  if (missing !== undefined)
    return err({
      reason: 'stage-threw',
      message: `kind ${kind.name} needs an input ${missing[0]}, which neither ${parent.kind.name} nor the template gives`,
    })
  const own = seedIn(checked.value)
  const seed = deriveSeed(own ?? parent.seedBase, id)
  const seedBase = kind.seeded || own !== undefined ? seed : parent.seedBase
  return ok({
    id,
    kind,
    with: checked.value,
    inputs: child.inputs,
    templates: child.templates ?? {},
    ...(child.command === undefined ? {} : { command: child.command }),
    seed,
    seedBase,
    ...(parent.policy === undefined ? {} : { policy: parent.policy }),
  })
}

const seedIn = (params: Readonly<Record<string, unknown>>): number | undefined => {
  const seed = params['seed']
  return typeof seed === 'number' ? seed : undefined
}
