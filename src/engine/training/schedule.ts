import { cosineSchedule } from './adamw.ts'

export const schedules = ['cosine', 'linear', 'constant'] as const

export interface Schedule {
  readonly schedule: (typeof schedules)[number]
  readonly steps: number
  /** Steps of linear warm-up from 0. */
  readonly warmup: number
  /** Where cosine and line end, as a share of the peak. */
  readonly floor: number
}

/** The learning rate at a step, counted from 1, as a share of the peak: linear warm-up, then as the schedule says. */
export function rateAt(step: number, { schedule, ...rest }: Schedule): number {
  const { steps, warmup, floor } = rest
  if (step <= warmup) return step / warmup
  switch (schedule) {
    case 'cosine':
      return cosineSchedule(step, rest)
    case 'linear':
      return 1 - ((1 - floor) * (step - warmup)) / Math.max(1, steps - warmup)
    case 'constant':
      return 1
  }
}
