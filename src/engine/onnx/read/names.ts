import type { SourceGraph } from './source-graph.ts'

/** Names for values that a file does not have, never one that it has. */
export class Names {
  readonly #taken = new Set<string>()
  #count = 0

  constructor(graph: SourceGraph) {
    this.#take(graph)
  }

  #take({ inputs, initializers, nodes }: SourceGraph): void {
    for (const { name } of inputs) this.#taken.add(name)
    for (const name of initializers.keys()) this.#taken.add(name)
    for (const { outputs, bodies } of nodes) {
      for (const y of outputs) this.#taken.add(y)
      for (const body of bodies.values()) this.#take(body)
    }
  }

  fresh(base: string): string {
    let name: string
    do name = `${base}:${++this.#count}`
    while (this.#taken.has(name))
    this.#taken.add(name)
    return name
  }
}
