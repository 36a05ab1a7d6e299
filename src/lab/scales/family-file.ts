import { basename } from 'node:path'
import { StageError } from '../../stage/stage-context.ts'
import { readText } from '../datasets/read-text.ts'
import { familyLaw, type Member, type ScalingLaw } from './scaling-laws.ts'

const form =
  'Write {"tokenizer": "…", "members": [{"name": "…", "parameters": 1e6, "loss": 3.2}, …]}, two members at least.'

/**
 * Reads a family of models of the user's own: JSON of `tokenizer` (its name, or the digest of its vocabulary), `members`
 * with `parameters`, `loss` in nats per token on one text, and if known `name` and `compute` in FLOP; and if wanted
 * `source` and `counts`. A larger member must have a lower loss, or no loss would belong to one size. Throws StageError.
 */
export async function readFamily(file: string): Promise<ScalingLaw> {
  const name = basename(file)
  const wrong = (what: string): never => {
    throw new StageError(`${name} is no family of models: ${what}`, form)
  }
  const given = parse(await readText(file)) ?? wrong('it is not a JSON object')
  const { tokenizer, members, source, counts } = given
  if (typeof tokenizer !== 'string' || tokenizer === '') return wrong('it does not say whose tokens the losses are per')
  if (!Array.isArray(members) || members.length < 2) return wrong('it needs two members at least')
  const sorted = (members as unknown[])
    .map((member, i) => memberOf(member) ?? wrong(`member ${i + 1} needs parameters and a loss above zero`))
    .sort((a, b) => a.parameters - b.parameters)
  sorted.slice(1).forEach((member, i) => {
    const smaller = sorted[i]!
    if (member.parameters === smaller.parameters) wrong(`two members have ${member.parameters} parameters`)
    if (member.loss >= smaller.loss)
      wrong(
        `the loss must fall with size, but ${member.parameters} parameters have ${member.loss} and ${smaller.parameters} have ${smaller.loss}`,
      )
  })
  return familyLaw(sorted, {
    source: typeof source === 'string' ? source : name,
    tokenizer,
    counts: counts === 'parameters without embeddings' ? counts : 'all parameters',
  })
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}

function memberOf(value: unknown): Member | undefined {
  const { name, parameters, loss, compute } = (value ?? {}) as Readonly<Record<string, unknown>>
  if (!isSize(parameters) || !isSize(loss)) return undefined
  return {
    parameters,
    loss,
    ...(typeof name === 'string' ? { name } : {}),
    ...(isSize(compute) ? { compute } : {}),
  }
}

const isSize = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value > 0
