import { nodeColors, type StageGraph } from './stage-graph.ts'

/** The graph in the language of Graphviz. */
export function dotGraph({ name, nodes, edges }: StageGraph): string {
  return [
    `digraph ${quoted(name)} {`,
    '  node [shape=box, style="rounded,filled", fontname="sans-serif"]',
    ...nodes.map(({ id, use, status }) => {
      const { fill, line } = nodeColors[status]
      return `  ${quoted(id)} [label=${quoted(`${id}\n${use}`)}, fillcolor="${fill}", color="${line}"]`
    }),
    ...edges.map(({ from, to }) => `  ${quoted(from)} -> ${quoted(to)}`),
    '}',
    '',
  ].join('\n')
}

const quoted = (text: string): string =>
  `"${text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`)}"`
