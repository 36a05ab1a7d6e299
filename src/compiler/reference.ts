import { artifactTypes } from '../stage/artifact.ts'
import type { InputPort } from '../stage/stage-kind.ts'
import type { ScalarNode } from './node.ts'

/** `stage` or `stage.output`, as written at the input port `name`. */
export interface Reference {
  readonly text: string
  readonly node: ScalarNode
  readonly name: string
  readonly port: InputPort
}

/** A port that takes every output: that of a pipeline file. */
export const anyPort: InputPort = { accepts: artifactTypes.filter((type) => type !== 'path'), description: '' }
