import { StageCatalog } from '../stage/catalog.ts'
import { command } from './command/command.ts'
import { text } from './datasets/text.ts'
import { tinyCorpus } from './datasets/tiny-corpus.ts'
import { ioi } from './experiments/ioi/ioi.ts'
import { recall } from './experiments/recall.ts'
import { line } from './degradations/line.ts'
import { noise } from './degradations/noise.ts'
import { prune } from './degradations/prune.ts'
import { quantize } from './degradations/quantize.ts'
import { sgldChain } from './degradations/sgld/chain.ts'
import { sgldGather } from './degradations/sgld/gather.ts'
import { sgld } from './degradations/sgld/sgld.ts'
import { model } from './models/model.ts'
import { equivalent } from './scales/equivalent.ts'
import { llc } from './scales/llc.ts'
import { loss } from './scales/loss.ts'
import { naturalScale } from './scales/natural-scale.ts'
import { train } from './training/train.ts'
import { coarsest } from './searches/coarsest/coarsest.ts'
import { curve } from './searches/curve/curve.ts'

/** Every kind a pipeline can name. One line each: import it above, list it here. */
export const catalog = new StageCatalog([
  tinyCorpus,
  text,
  model,
  train,
  sgld,
  sgldChain,
  sgldGather,
  line,
  noise,
  quantize,
  prune,
  llc,
  equivalent,
  loss,
  naturalScale,
  ioi,
  recall,
  coarsest,
  command,
  curve,
])
