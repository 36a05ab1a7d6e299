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

  /** A whole number of at least 1 and at most `most`. `null` counts as absent. */
  size(name: string, otherwise?: number, most = 1e7): number {
    const value = this.#fields[name] ?? otherwise
    if (!Number.isSafeInteger(value) || (value as number) < 1)
      return this.refuse(name, 'a whole number of at least 1 is needed')
    if ((value as number) > most) return this.refuse(name, `at most ${most} can be had`)
    return value as number
  }

  /** How many layers; more than there ever were in one network would be a slip, and a graph without end. */
  layers(name: string): number {
    return this.size(name, undefined, 1000)
  }

  /** A whole number of at least 0. */
  count(name: string, otherwise?: number): number {
    const value = this.#fields[name] ?? otherwise
    return value === 0 ? 0 : this.size(name, otherwise)
  }

  /** A list of whole numbers of at least 1. */
  sizes(name: string): number[] {
    const value = this.#fields[name]
    const isSize = (one: unknown): one is number =>
      Number.isSafeInteger(one) && (one as number) >= 1 && (one as number) <= 1e7
    return Array.isArray(value) && value.length <= 1000 && value.every(isSize)
      ? value
      : this.refuse(name, 'a list of at most 1000 whole numbers from 1 to 10000000 is needed')
  }

  /** A table of texts by name; absent: empty. */
  texts(name: string): ReadonlyMap<string, string> {
    const value = this.#fields[name] ?? {}
    const isText = (entry: [string, unknown]): entry is [string, string] => typeof entry[1] === 'string'
    const entries = typeof value === 'object' && !Array.isArray(value) ? Object.entries(value) : undefined
    return entries?.every(isText) === true
      ? new Map(entries)
      : this.refuse(name, 'a table of texts is needed, such as { "ours": "theirs" }')
  }

  /** A table inside this one; `undefined` where it is absent or null. */
  table(name: string): object | undefined {
    const value = this.#fields[name] ?? undefined
    if (value === undefined) return undefined
    return typeof value === 'object' && !Array.isArray(value) ? value : this.refuse(name, 'a table is needed')
  }

  /** Whether the field is there and not null. */
  has(name: string): boolean {
    return (this.#fields[name] ?? null) !== null
  }

  /** Whether the field has this value. */
  is(name: string, value: unknown): boolean {
    return this.#fields[name] === value
  }

  /** A number above 0. */
  positive(name: string, otherwise?: number): number {
    const value = this.#fields[name] ?? otherwise
    return typeof value === 'number' && value > 0 && Number.isFinite(value)
      ? value
      : this.refuse(name, 'a number above 0 is needed')
  }

  /** A number from 0 to 1. */
  share(name: string): number {
    const value = this.#fields[name]
    return typeof value === 'number' && value >= 0 && value <= 1
      ? value
      : this.refuse(name, 'a number from 0 to 1 is needed')
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
    const text = value === undefined ? 'missing' : JSON.stringify(value)
    throw new ModelError(`${this.file}: ${name} is ${text.length > 200 ? `${text.slice(0, 200)}…` : text}; ${why}`)
  }
}
