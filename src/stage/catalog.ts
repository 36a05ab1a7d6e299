import type { StageKind } from './stage-kind.ts'

/** All kinds a pipeline can name, in the order they are documented. */
export class StageCatalog {
  readonly #kinds: ReadonlyMap<string, StageKind>
  constructor(kinds: readonly StageKind[]) {
    this.#kinds = new Map(kinds.map((kind) => [kind.name, kind]))
    if (this.#kinds.size !== kinds.length) throw new Error('two stage kinds have the same name')
  }
  get(name: string): StageKind | undefined {
    return this.#kinds.get(name)
  }
  names(): string[] {
    return [...this.#kinds.keys()]
  }
  all(): StageKind[] {
    return [...this.#kinds.values()]
  }
}
