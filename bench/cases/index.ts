import type { BenchCase } from '../bench-case.ts'
import { largePipelineCase } from './large-pipeline.ts'
import { pytorchCase } from './pytorch.ts'
import { sgldStepCase } from './sgld-step.ts'
import { stageOverheadCase } from './stage-overhead.ts'
import { wholeProcessCase } from './whole-process.ts'

/** What `npm run bench` runs, in this order. */
export const cases: readonly BenchCase[] = [
  sgldStepCase,
  pytorchCase,
  wholeProcessCase,
  stageOverheadCase,
  largePipelineCase,
]
