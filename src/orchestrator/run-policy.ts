import type { PlannedStage } from '../compiler/plan.ts'

/** How a stage is run, as the pipeline says. */
export type RunPolicy = Pick<PlannedStage, 'retry' | 'timeout' | 'resources'>
