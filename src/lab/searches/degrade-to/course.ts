import type { Sofar, Template } from '../../../stage/stage-kind.ts'
import type { DrawBench } from '../coarsest/draws.ts'
import type { DegradeTo } from './degrade-to-params.ts'

/** Everything that is given. */
export interface Course extends DrawBench {
  readonly given: DegradeTo
  readonly inputs: Sofar<unknown>['inputs']
  readonly measure?: Template
}
