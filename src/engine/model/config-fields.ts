/** A model folder that cannot be used: says which file, which field and why. */
export class ModelError extends Error {
  override readonly name = 'ModelError'
}

/** The fields of a `config.json`, checked as they are read. Every method throws {@link ModelError} naming the field. */
export class ConfigFields {
  readonly file: string
  readonly #fields: Readonly<Record<string, unknown>>

  constructor(raw: unknown, file: string) {
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
      throw new ModelError(`${file}: is not a JSON object`)
    this.file = file
    this.#fields = raw as Readonly<Record<string, unknown>>
  }

  /** A whole number of at least 1. `null` counts as absent. */
  size(name: string, otherwise?: number): number {
    const value = this.#fields[name] ?? otherwise
    if (!Number.isSafeInteger(value) || (value as number) < 1 || (value as number) > 1e7)
      return this.refuse(name, 'a whole number of at least 1 is needed')
    return value as number
  }

  /** A number above 0. */
  positive(name: string, otherwise: number): number {
    const value = this.#fields[name] ?? otherwise
    return typeof value === 'number' && value > 0 && Number.isFinite(value)
      ? value
      : this.refuse(name, 'a number above 0 is needed')
  }

  flag(name: string, otherwise: boolean): boolean {
    const value = this.#fields[name] ?? otherwise
    return typeof value === 'boolean' ? value : this.refuse(name, 'true or false is needed')
  }

  /** One of the texts given. */
  choice<T extends string>(name: string, choices: readonly T[], otherwise?: T): T {
    const value = this.#fields[name] ?? otherwise
    return choices.includes(value as T)
      ? (value as T)
      : this.refuse(name, `supported is ${choices.map((one) => JSON.stringify(one)).join(', ')}`)
  }

  /** The field must be absent, null or the value given: anything else would silently mean another model. */
  absent(name: string, harmless?: unknown): void {
    const value = this.#fields[name] ?? harmless
    if (value !== undefined && value !== harmless) this.refuse(name, 'this is not supported')
  }

  /** A number that must divide another. */
  divides(part: string, parts: number, whole: number): void {
    if (whole % parts !== 0) this.refuse(part, `it must divide ${whole}`)
  }

  refuse(name: string, why: string): never {
    const value = this.#fields[name]
    throw new ModelError(`${this.file}: ${name} is ${value === undefined ? 'missing' : JSON.stringify(value)}; ${why}`)
  }
}
