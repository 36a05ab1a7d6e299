import { defineStage } from '../../../stage/stage-kind.ts'
import { chainKind } from './chain-kind.ts'
import { samplerParams } from './params.ts'

/** One chain of SGLD. */
export const sgldChain = defineStage(chainKind({ name: 'sgld', version: 2, params: samplerParams }))
