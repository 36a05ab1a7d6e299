import { Divergence } from './divergence.ts'
import type { StepNorms } from './posterior.ts'
import { Posterior } from './posterior.ts'
import type { StepResult, Walk, WalkOptions } from './walk.ts'

export interface HamiltonianOptions extends WalkOptions {
  /** Share of the momentum that a step keeps, c = exp(−A·h), in [0, 1): A is the friction, h = √ε the time of a step. */
  readonly momentum: number
  /**
   * Without it, SGHMC: underdamped Langevin dynamics with a fixed friction. With it, SGNHT: the friction follows the
   * kinetic energy, so that noise of the gradient of any constant strength does not heat the chain.
   */
  readonly thermostat: boolean
}

/**
 * Stochastic gradient Hamiltonian Monte Carlo (Chen, Fox, Guestrin 2014) and the stochastic gradient Nosé–Hoover
 * thermostat (Ding et al. 2014), unit mass, integrated by symmetric splittings: BAOAB, and BADODAB (Leimkuhler and
 * Matthews 2013; Leimkuhler and Shang 2016). The two half kicks between positions share one gradient and are taken
 * together, at the weights where it was evaluated: kick, half a drift, friction and noise, half a drift.
 *
 * With h = √ε it is stable while ε·curvature < 4, as SGLD is, and at momentum 0 its moves are as large as SGLD's. On a
 * quadratic potential with exact gradients BAOAB's weights have exactly the right covariance at every such ε.
 */
export class HamiltonianChain implements Walk {
  readonly state: Walk['state']
  readonly #options: HamiltonianOptions
  readonly #divergence: Divergence
  readonly #posterior: Posterior
  readonly #noise: Float32Array
  readonly #velocity: Float32Array
  /** Friction now; 1 entry, so that it is saved as state. Whether the velocity has been drawn is its second. */
  readonly #friction = new Float64Array(2)
  readonly #rest: number

  constructor(options: HamiltonianOptions) {
    if (!(options.momentum >= 0 && options.momentum < 1))
      throw new RangeError(`momentum is ${options.momentum}; it must be at least 0 and below 1`)
    if (options.thermostat && options.momentum === 0)
      throw new RangeError('a thermostat needs a momentum above 0 to act on')
    this.#options = options
    this.#divergence = new Divergence(options)
    this.#posterior = new Posterior(options)
    const size = options.arrays.weights.length
    this.#noise = new Float32Array(size)
    this.#velocity = new Float32Array(size)
    this.#rest = -Math.log(options.momentum) / Math.sqrt(options.dynamics.epsilon)
    this.#friction[0] = this.#rest
    this.state = new Map<string, Float32Array | Float64Array>([
      ['velocity', this.#velocity],
      ['friction', this.#friction],
    ])
  }

  async advance(step: number): Promise<StepResult> {
    const { evaluate, stream, thermostat } = this.#options
    const loss = await evaluate(step)
    if (await this.#divergence.at(loss, step)) return { loss, diverged: true }
    if (this.#friction[1] === 0) this.#begin()
    stream.normals(step, this.#noise)
    this.#kick()
    this.#drift()
    if (thermostat) this.#balance()
    this.#shake()
    if (thermostat) this.#balance()
    this.#drift()
    this.#posterior.clamp()
    return { loss, diverged: false }
  }

  /** Of an SGLD step at the same ε. */
  norms(): StepNorms {
    return this.#posterior.norms()
  }

  distance(): number {
    return this.#posterior.distance()
  }

  /** Velocities from their own law, from numbers that no step uses. */
  #begin(): void {
    this.#options.stream.normals(-1, this.#noise)
    this.#posterior.region.each((i) => (this.#velocity[i] = this.#noise[i]!))
    this.#friction[1] = 1
  }

  get #time(): number {
    return Math.sqrt(this.#options.dynamics.epsilon)
  }

  #kick(): void {
    const time = this.#time
    this.#posterior.region.each((i) => (this.#velocity[i]! -= time * this.#posterior.slope(i)))
  }

  #drift(): void {
    const { weights } = this.#options.arrays
    const half = this.#time / 2
    this.#posterior.region.each((i) => (weights[i]! += half * this.#velocity[i]!))
  }

  /** Half a step of the friction: dA/dt = (v·v − d)/μ, μ = 2d/A₀², so that it swings as fast as it damps. */
  #balance(): void {
    let energy = 0
    this.#posterior.region.each((i) => (energy += this.#velocity[i]! ** 2))
    const d = this.#posterior.region.count
    this.#friction[0]! += (((this.#time / 2) * (energy - d)) / (2 * d)) * this.#rest ** 2
  }

  /** The exact solution of dv = −A·v·dt + √(2A₀)·dW over a step, A the friction now and A₀ that at rest. */
  #shake(): void {
    const { momentum, thermostat, dynamics } = this.#options
    const rate = this.#friction[0]! * this.#time
    const keep = thermostat ? Math.exp(-rate) : momentum
    const spread = thermostat
      ? this.#rest * this.#time * (rate === 0 ? 2 : -Math.expm1(-2 * rate) / rate)
      : 1 - momentum ** 2
    const noise = (dynamics.noise ?? 1) * Math.sqrt(spread)
    this.#posterior.region.each((i) => (this.#velocity[i] = keep * this.#velocity[i]! + noise * this.#noise[i]!))
  }
}
