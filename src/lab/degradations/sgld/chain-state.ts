import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { StoredTensor } from '../../../engine/model/safetensors.ts'
import { readSafetensors, writeSafetensors } from '../../../engine/model/safetensors.ts'
import type { StepResult, Walk } from '../../../engine/sampling/walk.ts'
import type { ChainDraw } from './record.ts'

interface ChainStateOptions {
  readonly scratch: string
  /** The present weights, all of them side by side; restored in place. */
  readonly weights: Float32Array
  /** Its state is restored in place too. */
  readonly walk: Walk
}

/** Everything of a chain that must survive a kill: weights, the sampler's own state, losses so far, what the draws gave. */
export class ChainState {
  readonly #options: ChainStateOptions
  #losses: number[] = []
  #draws: ChainDraw[] = []
  /** Sum and number of acceptances since the last draw. */
  #accepted = { sum: 0, count: 0 }
  divergedAt: number | null = null

  private constructor(options: ChainStateOptions) {
    this.#options = options
  }

  /** The chain's state as last saved, or that of its start. */
  static async open(options: ChainStateOptions): Promise<ChainState> {
    const state = new ChainState(options)
    await mkdir(options.scratch, { recursive: true })
    await state.#restore()
    return state
  }

  /** Steps taken. */
  get step(): number {
    return this.#losses.length
  }
  get losses(): readonly number[] {
    return this.#losses
  }
  get draws(): readonly ChainDraw[] {
    return this.#draws
  }

  took({ diverged, loss, acceptance }: StepResult): void {
    if (diverged) this.divergedAt = this.step
    else this.#losses.push(loss)
    if (acceptance !== undefined)
      this.#accepted = { sum: this.#accepted.sum + acceptance, count: this.#accepted.count + 1 }
  }

  drew({ loss, distance }: Pick<ChainDraw, 'loss' | 'distance'>): void {
    const { sum, count } = this.#accepted
    this.#draws.push({ step: this.step, loss, distance, ...(count === 0 ? {} : { acceptance: sum / count }) })
    this.#accepted = { sum: 0, count: 0 }
  }

  get #file(): string {
    return join(this.#options.scratch, 'state.safetensors')
  }

  async save(): Promise<void> {
    const vector = (values: readonly number[]): StoredTensor => ({
      dtype: 'F64',
      shape: [values.length],
      data: Float64Array.from(values),
    })
    const { weights, walk } = this.#options
    const draws = this.#draws.flatMap(({ step, loss, distance, acceptance = NaN }) => [
      step,
      loss,
      distance,
      acceptance,
    ])
    await writeSafetensors(
      this.#file,
      new Map<string, StoredTensor>([
        ['weights', { dtype: 'F32', shape: [weights.length], data: weights }],
        ['losses', vector(this.#losses)],
        ['draws', vector(draws)],
        ['accepted', vector([this.#accepted.sum, this.#accepted.count])],
        ...[...walk.state].map(([name, data]): [string, StoredTensor] => [
          `sampler.${name}`,
          { dtype: data instanceof Float32Array ? 'F32' : 'F64', shape: [data.length], data },
        ]),
      ]),
    )
  }

  async #restore(): Promise<void> {
    try {
      const state = await readSafetensors(this.#file)
      const list = (name: string): number[] => Array.from(state.get(name)!.data as Float64Array)
      const [losses, draws, [sum = 0, count = 0]] = [list('losses'), list('draws'), list('accepted')]
      const own = [...this.#options.walk.state].map(
        ([name, data]) => [data, state.get(`sampler.${name}`)!.data] as const,
      )
      this.#options.weights.set(state.get('weights')!.data as Float32Array)
      for (const [into, from] of own) into.set(from as Float32Array)
      this.#losses = losses
      this.#accepted = { sum, count }
      this.#draws = Array.from({ length: draws.length / 4 }, (_, i) => {
        const [step, loss, distance, acceptance] = draws.slice(4 * i, 4 * i + 4) as [number, number, number, number]
        return { step, loss, distance, ...(Number.isNaN(acceptance) ? {} : { acceptance }) }
      })
    } catch {
      await rm(this.#file, { force: true }) // absent or half written: begin at the start
    }
  }
}
