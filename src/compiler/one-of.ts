import type { Diagnostic } from '../base/diagnostic.ts'
import { isMissing, type BoundUse } from './bound.ts'

type Wrong = Omit<Diagnostic, 'code' | 'severity'>

/** Of parameters and inputs that stand for each other exactly one is given, or one at most; what is wrong otherwise. */
export function wrongChoices(use: BoundUse): Wrong[] {
  const name = use.kind?.name ?? ''
  const needed = (use.kind?.oneOf ?? []).map((choices) => ({ choices, isNeeded: true }))
  const allowed = (use.kind?.atMostOne ?? []).map((choices) => ({ choices, isNeeded: false }))
  return [...needed, ...allowed].flatMap(({ choices, isNeeded }): Wrong[] => {
    const given = [...use.inputs.map(({ name, entry }) => ({ name, entry })), ...use.params]
      .filter((one) => choices.includes(one.name))
      .sort((a, b) => a.entry.keySpan.offset - b.entry.keySpan.offset)
    const [first, second] = given
    const names = `one of ${choices.map((choice) => `\`${choice}\``).join(', ')}`
    if (first !== undefined && second === undefined) return []
    if (first === undefined || second === undefined) {
      if (!isNeeded || use.isTemplate || choices.some((choice) => !isMissing(use, choice))) return []
      const help = `add ${choices.map((choice) => `\`${choice}: …\``).join(' or ')} under \`with\``
      return [{ message: `\`${name}\` needs ${names}`, span: use.spec.span, help }]
    }
    return [
      {
        message: `\`${name}\` takes ${isNeeded ? '' : 'at most '}${names}; \`${first.name}\` is given too`,
        span: second.entry.keySpan,
        help: 'take out one of them',
      },
    ]
  })
}
