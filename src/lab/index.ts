import { StageCatalog } from '../stage/catalog.ts'
import { command } from './command/command.ts'
import { text } from './datasets/text.ts'
import { tinyCorpus } from './datasets/tiny-corpus.ts'
import { examples } from './datasets/examples.ts'
import { modularAdditionData } from './datasets/modular-addition-data.ts'
import { classification } from './experiments/classification.ts'
import { modularAddition } from './experiments/modular-addition/modular-addition.ts'
import { circuit } from './experiments/circuit/circuit.ts'
import { explainedLoss } from './experiments/explained-loss.ts'
import { ioi } from './experiments/ioi/ioi.ts'
import { probe } from './experiments/probe/probe.ts'
import { sae } from './experiments/sae/sae.ts'
import { trainSae } from './training/sae/train-sae.ts'
import { ioiPairs } from './experiments/ioi/ioi-pairs.ts'
import { pairsFile } from './experiments/pairs/pairs-file.ts'
import { patching } from './experiments/patching/patching.ts'
import { sequenceTask } from './experiments/sequence-task/sequence-task.ts'
import { recall } from './experiments/recall.ts'
import { agreement } from './experiments/agreement.ts'
import { genderedPronoun } from './experiments/gendered-pronoun.ts'
import { greaterThan } from './experiments/greater-than.ts'
import { inContext } from './experiments/in-context.ts'
import { induction } from './experiments/induction.ts'
import { minimalPairs } from './experiments/minimal-pairs.ts'
import { basin } from './experiments/basin.ts'
import { ablate } from './degradations/ablate.ts'
import { checkpointSteps, checkpoints } from './degradations/checkpoints.ts'
import { line } from './degradations/line.ts'
import { lowRank } from './degradations/low-rank.ts'
import { noise } from './degradations/noise.ts'
import { prune } from './degradations/prune.ts'
import { quantize } from './degradations/quantize.ts'
import { ellipticalSlice, ellipticalSliceChain } from './degradations/elliptical-slice.ts'
import { mala, malaChain } from './degradations/mala.ts'
import { pcn, pcnChain } from './degradations/pcn.ts'
import { rmspropSgld, rmspropSgldChain } from './degradations/rmsprop-sgld.ts'
import { sghmc, sghmcChain } from './degradations/sghmc.ts'
import { sgnht, sgnhtChain } from './degradations/sgnht.ts'
import { stepSizePilot } from './degradations/sgld/pilot.ts'
import { sgldChain } from './degradations/sgld/chain.ts'
import { sgldGather } from './degradations/sgld/gather.ts'
import { sgld } from './degradations/sgld/sgld.ts'
import { model } from './models/model.ts'
import { series } from './models/series.ts'
import { ngram } from './ngrams/ngram.ts'
import { ngramDivergence } from './ngrams/ngram-divergence.ts'
import { equivalent } from './scales/equivalent.ts'
import { dataSize } from './scales/data-size.ts'
import { llc } from './scales/llc.ts'
import { llcSweep } from './scales/llc-sweep.ts'
import { wbic } from './scales/wbic.ts'
import { influence } from './experiments/posterior/influence.ts'
import { susceptibilities } from './experiments/posterior/susceptibilities.ts'
import { loss } from './scales/loss.ts'
import { naturalScale } from './scales/natural-scale.ts'
import { targetLoss } from './scales/target-loss.ts'
import { watanabeScale } from './scales/watanabe-scale.ts'
import { train } from './training/train.ts'
import { coarsest } from './searches/coarsest/coarsest.ts'
import { degradeTo } from './searches/degrade-to/degrade-to.ts'
import { curve } from './searches/curve/curve.ts'
import { phenomenon } from './searches/phenomenon/phenomenon.ts'

/** Every kind a pipeline can name. One line each: import it above, list it here. */
export const catalog = new StageCatalog([
  tinyCorpus,
  text,
  examples,
  modularAdditionData,
  model,
  series,
  train,
  sgld,
  sgldChain,
  sgldGather,
  stepSizePilot,
  rmspropSgld,
  rmspropSgldChain,
  mala,
  malaChain,
  sghmc,
  sghmcChain,
  sgnht,
  sgnhtChain,
  pcn,
  pcnChain,
  ellipticalSlice,
  ellipticalSliceChain,
  checkpoints,
  checkpointSteps,
  line,
  noise,
  quantize,
  prune,
  lowRank,
  ablate,
  llc,
  llcSweep,
  wbic,
  dataSize,
  influence,
  susceptibilities,
  equivalent,
  loss,
  basin,
  naturalScale,
  watanabeScale,
  targetLoss,
  ngram,
  ngramDivergence,
  ioi,
  ioiPairs,
  pairsFile,
  patching,
  circuit,
  explainedLoss,
  probe,
  sae,
  trainSae,
  recall,
  agreement,
  genderedPronoun,
  greaterThan,
  inContext,
  induction,
  minimalPairs,
  classification,
  sequenceTask,
  modularAddition,
  coarsest,
  degradeTo,
  phenomenon,
  command,
  curve,
])
