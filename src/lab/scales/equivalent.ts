import { Type } from '@sinclair/typebox'
import type { ArtifactRef } from '../../stage/artifact.ts'
import type { ReportBlock } from '../../stage/report-block.ts'
import { StageError } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { laws, sizeOfLoss, type ScalingLaw } from './scaling-laws.ts'

const names = Object.keys(laws) as (keyof typeof laws)[]

/** A loss in another unit: the size of model that has it. */
export const equivalent = defineStage({
  name: 'equivalent',
  version: 1,
  role: 'scale',
  summary: 'Turn a loss into the size of model that has it, by a scaling law or a family of models',
  source: 'Hoffmann et al. 2022; Besiroglu et al. 2024; Kaplan et al. 2020',
  seeded: false,
  params: Type.Object({
    loss: Type.Number({ exclusiveMinimum: 0, description: 'The loss, nats/token' }),
    law: Type.Union(
      names.map((name) => Type.Literal(name)),
      { description: 'Which law or family' },
    ),
    tokenizer: Type.String({
      description: `Whose tokens the loss is per; it must be the law's: ${names.map((name) => `${name}: ${laws[name].tokenizer}`).join(', ')}`,
    }),
  }),
  inputs: {},
  outputs: {
    parameters: { type: 'number', description: 'Number of parameters, counted as the law does' },
    answer: { type: 'record', description: 'The same with training tokens, compute, and whether it is extrapolated' },
  },
  run: ({ with: { loss, law: name, tokenizer } }) => {
    const law: ScalingLaw = laws[name]
    if (tokenizer !== law.tokenizer)
      throw new StageError(
        `the loss is per token of ${tokenizer}, the law ${name} per token of ${law.tokenizer}: they cannot be compared`,
        'Take a law with the same tokenizer, or a family of models measured on your own text.',
      )
    const parameters = sizeOfLoss(law, loss)
    if (parameters === undefined)
      throw new StageError(
        `no size of model has a loss of ${loss} nats/token by the law ${name}: its floor is ${law.floor}`,
        'The loss must lie above the floor.',
      )
    const tokens = law.tokens?.(parameters)
    const answer: EquivalentAnswer = {
      law: name,
      loss,
      parameters,
      counts: law.counts,
      extrapolated: parameters < law.range[0] || parameters > law.range[1],
      range: law.range,
      // C = 6 N D floating-point operations.
      ...(tokens === undefined ? {} : { tokens, compute: 6 * parameters * tokens }),
    }
    return Promise.resolve({ parameters: { value: parameters }, answer: { value: { ...answer } } })
  },
  report: ({ outputs }) => [block(outputs['answer'])],
})

interface EquivalentAnswer {
  readonly law: keyof typeof laws
  readonly loss: number
  readonly parameters: number
  readonly counts: ScalingLaw['counts']
  readonly extrapolated: boolean
  readonly range: readonly [number, number]
  readonly tokens?: number
  /** Floating-point operations. */
  readonly compute?: number
}

function block(ref: ArtifactRef | undefined): ReportBlock {
  if (ref === undefined || !('value' in ref)) throw new Error('the stage gives its answer as a value')
  const { law, loss, parameters, counts, extrapolated, range, tokens, compute } =
    ref.value as unknown as EquivalentAnswer
  const trained =
    tokens === undefined || compute === undefined
      ? ''
      : `, trained on ${tokens.toPrecision(3)} tokens (${compute.toPrecision(3)} FLOP)`
  const beyond = `extrapolated: the law was fitted to models of ${range[0].toPrecision(3)} to ${range[1].toPrecision(3)}`
  return {
    type: 'text',
    title: `A loss of ${loss.toFixed(3)} nats/token in other units`,
    lines: [
      `as a model of ${parameters.toPrecision(3)} ${counts}${trained}, by ${law}`,
      laws[law].source,
      ...(extrapolated ? [beyond] : []),
    ],
  }
}
