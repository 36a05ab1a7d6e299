import { Graph, layout } from '@dagrejs/dagre'
import { curveBasis, line } from 'd3-shape'
import { html, type Html } from '../html/html.ts'
import { nodeColors, type StageGraph, type StageNode } from './stage-graph.ts'

interface Point {
  readonly x: number
  readonly y: number
}
interface Placed extends Point {
  readonly width: number
  readonly height: number
}

/** What is used of the library; its own type declarations do not resolve in Node's module system. */
interface Layout {
  setGraph(options: object): void
  setNode(id: string, size: { readonly width: number; readonly height: number }): void
  setEdge(from: string, to: string, options: object): void
  node(id: string): Placed
  edge(from: string, to: string): { readonly points: readonly Point[] }
}
const LayoutGraph = Graph as unknown as new () => Layout
const layOut = layout as unknown as (graph: Layout) => void

/** Pixels. A letter of the wider of the two fonts, on average. */
const letter = 7.8
const height = 46
const margin = 16

/** The graph as one SVG file, laid out in layers (Sugiyama et al. 1981) from top to bottom; it needs nothing beside it. */
export function svgGraph(graph: StageGraph): string {
  const placed = place(graph)
  const { left, top, width, tall } = frame(graph, placed)
  const picture = html`<svg
    xmlns="http://www.w3.org/2000/svg"
    viewBox="${left} ${top} ${width} ${tall}"
    width="${width}"
    height="${tall}"
    font-family="system-ui, sans-serif"
    font-size="13"
    role="img"
  >
    <title>${graph.name}</title>
    <defs>
      <marker id="end" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">
        <path d="M0 0L8 4L0 8z" fill="#8a93a3" />
      </marker>
    </defs>
    ${graph.edges.map(({ from, to }) => edge(placed.edge(from, to)))}
    ${graph.nodes.map((node) => box(node, placed.node(node.id)))}
  </svg> `
  return picture.text
}

/** Around all that is drawn: an edge may go further out than every node. */
function frame(
  { nodes, edges }: StageGraph,
  placed: Layout,
): { left: number; top: number; width: number; tall: number } {
  const corners = nodes.flatMap(({ id }): Point[] => {
    const { x, y, width } = placed.node(id)
    return [
      { x: x - width / 2, y: y - height / 2 },
      { x: x + width / 2, y: y + height / 2 },
    ]
  })
  const bends = edges.flatMap(({ from, to }) => placed.edge(from, to).points)
  const [xs, ys] = [[...corners, ...bends].map(({ x }) => x), [...corners, ...bends].map(({ y }) => y)]
  const [left, top] = [Math.floor(Math.min(...xs)) - margin, Math.floor(Math.min(...ys)) - margin]
  return {
    left,
    top,
    width: Math.ceil(Math.max(...xs)) + margin - left,
    tall: Math.ceil(Math.max(...ys)) + margin - top,
  }
}

function place({ nodes, edges }: StageGraph): Layout {
  const graph = new LayoutGraph()
  graph.setGraph({ rankdir: 'TB', nodesep: 24, ranksep: 40 })
  for (const { id, use } of nodes) graph.setNode(id, { width: Math.max(id.length, use.length) * letter + 24, height })
  for (const { from, to } of edges) graph.setEdge(from, to, {})
  layOut(graph)
  return graph
}

function edge({ points }: { readonly points: readonly Point[] }): Html {
  const path = line<Point>(
    ({ x }) => Math.round(x),
    ({ y }) => Math.round(y),
  ).curve(curveBasis)([...points])
  return html`<path d="${path ?? ''}" fill="none" stroke="#8a93a3" marker-end="url(#end)" /> `
}

function box({ id, use, status }: StageNode, { x, y, width }: Placed): Html {
  const { fill, line: stroke } = nodeColors[status]
  const dashes = status === 'skipped' || status === 'unknown' ? html` stroke-dasharray="4 3"` : false
  return html`<g
    ><title>${id}: ${status}</title
    ><rect
      x="${Math.round(x - width / 2)}"
      y="${Math.round(y - height / 2)}"
      width="${Math.round(width)}"
      height="${height}"
      rx="6"
      fill="${fill}"
      stroke="${stroke}"
      ${dashes}
    />
    <text x="${Math.round(x)}" y="${Math.round(y - 3)}" text-anchor="middle" fill="#1c2330" font-weight="600"
      >${id}</text
    >
    <text x="${Math.round(x)}" y="${Math.round(y + 14)}" text-anchor="middle" fill="#4a5263">${use}</text></g
  > `
}
