import type { CommandDose, CommandLine } from '../../../stage/command-line.ts'
import type { Dose } from '../../degradations/doses.ts'

const digits = (value: number): number => Number(value.toPrecision(3))

/**
 * How a search turns a command of the user's own. A range that rises is a displacement, such as a width of noise: its
 * coldness is 1/x². One that falls is a coldness itself, such as an inverse temperature or a number of bits. Listed values
 * are all measured, in the order in which they are listed.
 */
export function commandDose(dose: CommandDose): Dose {
  const label = (value: number): string => `dose ${digits(value)}`
  if ('values' in dose) {
    const { values } = dose
    const last = values.length
    return {
      ...{ param: 'dose', start: last, hottest: 1, label, warm: false, all: values },
      value: (c) => values[Math.min(last - 1, Math.max(0, Math.round(last - c)))] ?? Number.NaN,
      coldness: (value) => Math.max(1, last - values.indexOf(value)),
    }
  }
  const { start, end } = dose
  const [coldness, value] =
    end > start
      ? [(x: number) => 1 / (x * x), (c: number) => digits(1 / Math.sqrt(c))]
      : [(x: number) => x, (c: number) => digits(c)]
  const [least, most] = [Math.min(start, end), Math.max(start, end)]
  return {
    ...{ param: 'dose', start: coldness(start), hottest: coldness(end), label, warm: false, coldness },
    value: (c) => Math.min(most, Math.max(least, value(c))),
  }
}

/** The line with a dose in the places that were left for it. */
export const dosed = (command: CommandLine, dose: number): CommandLine => ({
  ...command,
  run: command.run.map((word) => ('dose' in word ? { value: String(dose) } : word)),
})
