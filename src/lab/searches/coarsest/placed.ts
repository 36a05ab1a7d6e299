import type { ArtifactRef } from '../../../stage/artifact.ts'
import type { ChildStage, Template } from '../../../stage/stage-kind.ts'

/** A template as a stage that takes a model. */
export const placed = (
  { inputs, then: _then, dose: _dose, ...template }: Template,
  { name, model }: { readonly name: string; readonly model: ArtifactRef },
): ChildStage => ({ ...template, name, inputs: { ...inputs, model } })
