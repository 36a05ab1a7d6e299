import { Type } from '@sinclair/typebox'
import type { ArtifactRef, StageInput } from '../../stage/artifact.ts'
import type { ReportBlock } from '../../stage/report-block.ts'
import { StageError } from '../../stage/stage-context.ts'
import { defineStage } from '../../stage/stage-kind.ts'
import { openTokenizer } from '../datasets/tokenizer.ts'
import { readFamily } from './family-file.ts'
import { laws, sizeOfLoss, type ScalingLaw } from './scaling-laws.ts'
import { isTokenizer, tokenizerIdentity } from './tokenizer-identity.ts'

const lawNames = Object.keys(laws) as (keyof typeof laws)[]
export const lawParam = Type.Union(
  lawNames.map((name) => Type.Literal(name)),
  {
    description: `Which law or family; tokenizers: ${lawNames.map((name) => `${name}: ${laws[name].tokenizer}`).join(', ')}`,
  },
)

/** A loss in another unit: the size of model that has it. */
export const equivalent = defineStage({
  name: 'equivalent',
  version: 2,
  role: 'scale',
  summary: 'Turn a loss into the size of model that has it, by a scaling law or a family of models',
  source:
    'Hoffmann et al. 2022 (arXiv 2203.15556); Besiroglu et al. 2024 (arXiv 2404.10102); Kaplan et al. 2020 (arXiv 2001.08361)',
  example: ['loss: 3.7', 'law: gpt-2', 'model: some-model'].join('\n'),
  oneOf: [
    ['law', 'family'],
    ['tokenizer', 'model'],
  ],
  seeded: false,
  params: Type.Object({
    loss: Type.Number({ exclusiveMinimum: 0, description: 'The loss, nats/token' }),
    law: Type.Optional(lawParam),
    tokenizer: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Whose tokens the loss is per, by name: the law’s own, or there is nothing to compare. Or give `model`',
      }),
    ),
  }),
  inputs: {
    family: {
      accepts: ['path', 'record'],
      optional: true,
      description: 'Instead of a law: JSON with the tokenizer and members (parameters, loss) of a family of your own',
    },
    model: {
      accepts: ['model', 'tokenizer'],
      optional: true,
      description: 'Instead of `tokenizer`: the model that the loss is of; its tokenizer must be the law’s',
    },
  },
  outputs: {
    parameters: { type: 'number', description: 'Number of parameters, counted as the law does' },
    answer: { type: 'record', description: 'The same with training tokens, compute, and whether it is extrapolated' },
  },
  run: async ({ with: { loss, law: name, tokenizer }, inputs }) => {
    const law = await lawGiven(name, inputs['family'])
    await checkTokenizer(law, { tokenizer, model: inputs['model'] })
    const answer = equivalentOf(law, loss)
    return { parameters: { value: answer.parameters }, answer: { value: { ...answer } } }
  },
  report: ({ outputs }) => [block(outputs['answer'])],
})

/** The law named, or the user's family. Throws StageError where both or none is given, or the family is none. */
async function lawGiven(name: keyof typeof laws | undefined, family: StageInput | undefined): Promise<ScalingLaw> {
  if ((name === undefined) === (family === undefined))
    throw new StageError('one law is needed', 'Give either law: NAME or family: FILE.')
  if (name !== undefined) return laws[name]
  if (family?.path === undefined) throw new StageError('the family is no file', 'Give family: FILE.')
  return readFamily(family.path)
}

interface Whose {
  readonly tokenizer?: string | undefined
  readonly model?: StageInput | undefined
}

/** Throws StageError where the loss is per tokens of another tokenizer than the law's. */
export async function checkTokenizer(law: ScalingLaw, { tokenizer, model }: Whose): Promise<void> {
  if ((tokenizer === undefined) === (model === undefined))
    throw new StageError(
      'it must be said once whose tokens the loss is per',
      'Give either tokenizer: NAME or model: MODEL.',
    )
  const identity = model === undefined ? undefined : tokenizerIdentity(await openTokenizer(model.path ?? ''))
  if (identity === undefined ? tokenizer === law.tokenizer : isTokenizer(identity, law.tokenizer)) return
  const own = identity === undefined ? tokenizer : (identity.name ?? `a tokenizer of its own (${identity.digest})`)
  throw new StageError(
    `the loss is per token of ${own}, and ${law.source} per token of ${law.tokenizer}: they cannot be compared`,
    'Take a law with the same tokenizer, or a family of models measured on your own text.',
  )
}

/** The size with that loss, and what goes with it. Throws StageError where no size has it. */
function equivalentOf(law: ScalingLaw, loss: number): EquivalentAnswer {
  const parameters = sizeOfLoss(law, loss)
  if (parameters === undefined)
    throw loss > law.loss(1)
      ? new StageError(
          `no size of model has a loss of ${loss} nats/token: a single parameter has ${law.loss(1).toFixed(3)} (${law.source})`,
          'The loss is far rougher than any model that the law was fitted to.',
        )
      : new StageError(
          `no size of model has a loss of ${loss} nats/token: the floor is ${law.floor} (${law.source})`,
          'The loss must lie above the floor.',
        )
  // C = 6 N D floating-point operations.
  const tokens = law.tokens?.(parameters)
  const own = tokens === undefined ? {} : { tokens, compute: 6 * parameters * tokens }
  const { members } = law
  const next = members?.findIndex((member) => member.loss <= loss) ?? -1
  const nameOf = (i: number): string | undefined => members?.[i]?.name
  const smaller = next === -1 ? members?.at(-1)?.name : nameOf(next - 1)
  const larger = nameOf(next)
  return {
    source: law.source,
    loss,
    parameters,
    counts: law.counts,
    extrapolated: parameters < law.range[0] || parameters > law.range[1],
    range: law.range,
    ...own,
    ...law.also?.({ loss, parameters }),
    ...(smaller === undefined ? {} : { smaller }),
    ...(larger === undefined ? {} : { larger }),
  }
}

interface EquivalentAnswer {
  readonly source: string
  readonly loss: number
  readonly parameters: number
  readonly counts: ScalingLaw['counts']
  readonly extrapolated: boolean
  readonly range: readonly [number, number]
  readonly tokens?: number
  /** Floating-point operations. */
  readonly compute?: number
  /** The members of the family on either side. */
  readonly smaller?: string
  readonly larger?: string
}

function block(ref: ArtifactRef | undefined): ReportBlock {
  if (ref === undefined || !('value' in ref)) throw new Error('the stage gives its answer as a value')
  const { source, loss, parameters, counts, extrapolated, range, tokens, compute, smaller, larger } =
    ref.value as unknown as EquivalentAnswer
  const trained = [
    ...(tokens === undefined ? [] : [`${tokens.toPrecision(3)} tokens`]),
    ...(compute === undefined ? [] : [`${compute.toPrecision(3)} FLOP`]),
  ].join(', ')
  const place =
    smaller === undefined && larger === undefined
      ? []
      : [`between ${smaller ?? 'nothing smaller'} and ${larger ?? 'nothing larger'} of the family`]
  const beyond = `extrapolated: fitted to models of ${range[0].toPrecision(3)} to ${range[1].toPrecision(3)} parameters`
  return {
    type: 'text',
    title: `A loss of ${loss.toFixed(3)} nats/token in other units`,
    lines: [
      `as a model of ${parameters.toPrecision(3)} ${counts}${trained === '' ? '' : `, ${trained}`}`,
      ...place,
      source,
      ...(extrapolated ? [beyond] : []),
    ],
  }
}
