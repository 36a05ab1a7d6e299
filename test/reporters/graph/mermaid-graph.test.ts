import { expect, it } from 'vitest'
import { mermaidGraph } from '../../../src/reporters/graph/mermaid-graph.ts'

it('writes a flowchart with ids that Mermaid cannot take for syntax', () => {
  expect(
    mermaidGraph({
      name: 'x',
      nodes: [
        { id: 'end', use: 'model', status: 'cached' },
        { id: 'a@s="q"', use: 'loss', status: 'will-run' },
      ],
      edges: [{ from: 'end', to: 'a@s="q"' }],
    }),
  ).toBe(`flowchart TD
  s0["end<br/><i>model</i>"]:::cached
  s1["a@s=#34;q#34;<br/><i>loss</i>"]:::will-run
  s0 --> s1
  classDef cached fill:#eef0f3,stroke:#8a93a3,color:#1c2330
  classDef will-run fill:#dff3e4,stroke:#2e7d4f,color:#1c2330
`)
})
