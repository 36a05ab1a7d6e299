import { expect, it } from 'vitest'
import { dotGraph } from '../../../src/reporters/graph/dot-graph.ts'

it('quotes whatever a name holds', () => {
  expect(
    dotGraph({
      name: 'a "b"',
      nodes: [
        { id: 'a\\b', use: 'model', status: 'unknown' },
        { id: 'c', use: 'loss', status: 'cached' },
      ],
      edges: [{ from: 'a\\b', to: 'c' }],
    }),
  ).toBe(String.raw`digraph "a \"b\"" {
  node [shape=box, style="rounded,filled", fontname="sans-serif"]
  "a\\b" [label="a\\b\nmodel", fillcolor="#fdf3d6", color="#a57c12"]
  "c" [label="c\nloss", fillcolor="#eef0f3", color="#8a93a3"]
  "a\\b" -> "c"
}
`)
})
