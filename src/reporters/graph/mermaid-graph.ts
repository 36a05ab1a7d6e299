import { nodeColors, type StageGraph } from './stage-graph.ts'

/** The graph as a Mermaid flowchart, which GitHub and many editors draw from a code block. */
export function mermaidGraph({ nodes, edges }: StageGraph): string {
  const names = new Map(nodes.map(({ id }, index) => [id, `s${index}`]))
  const used = [...new Set(nodes.map(({ status }) => status))]
  return [
    'flowchart TD',
    ...nodes.map(
      ({ id, use, status }) => `  ${names.get(id) ?? ''}["${escape(id)}<br/><i>${escape(use)}</i>"]:::${status}`,
    ),
    ...edges.map(({ from, to }) => `  ${names.get(from) ?? ''} --> ${names.get(to) ?? ''}`),
    ...used.map(
      (status) =>
        `  classDef ${status} fill:${nodeColors[status].fill},stroke:${nodeColors[status].line},color:#1c2330`,
    ),
    '',
  ].join('\n')
}

const escape = (text: string): string =>
  text.replace(/[^\w @=,./:+-]/gu, (character) => `#${character.codePointAt(0) ?? 0};`)
