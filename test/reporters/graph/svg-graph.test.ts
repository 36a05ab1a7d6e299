import { describe, expect, it } from 'vitest'
import { svgGraph } from '../../../src/reporters/graph/svg-graph.ts'
import type { StageGraph } from '../../../src/reporters/graph/stage-graph.ts'

const graph: StageGraph = {
  name: 'a <b>',
  nodes: [
    { id: 'top', use: 'model', status: 'cached' },
    { id: 'left@x=1', use: 'text', status: 'will-run' },
    { id: 'right', use: 'text', status: 'skipped' },
    { id: 'bottom', use: 'loss', status: 'unknown' },
  ],
  edges: [
    { from: 'top', to: 'left@x=1' },
    { from: 'top', to: 'right' },
    { from: 'left@x=1', to: 'bottom' },
    { from: 'right', to: 'bottom' },
    { from: 'top', to: 'bottom' },
  ],
}
const boxes = (svg: string): Map<string, { x: number; y: number; width: number }> =>
  new Map(
    [...svg.matchAll(/<title>([^<]+): [\w-]+<\/title\s*>\s*<rect\s+x="(-?\d+)"\s+y="(-?\d+)"\s+width="(\d+)"/g)].map(
      ([, id = '', x, y, width]) => [id, { x: Number(x), y: Number(y), width: Number(width) }],
    ),
  )

describe('a graph as SVG', () => {
  const svg = svgGraph(graph)

  it('puts each stage below what it needs, and none over another', () => {
    const at = boxes(svg)
    expect([...at.keys()].sort()).toEqual(['bottom', 'left@x=1', 'right', 'top'])
    for (const { from, to } of graph.edges) expect(at.get(from)!.y + 46).toBeLessThan(at.get(to)!.y)
    const [left, right] = [at.get('left@x=1')!, at.get('right')!].sort((a, b) => a.x - b.x)
    expect(left!.x + left!.width).toBeLessThan(right!.x)
  })

  it('draws every edge, inside the frame, and escapes names', () => {
    expect(svg.match(/marker-end/g)).toHaveLength(5)
    const [left, top, width, height] = /viewBox="([^"]+)"/.exec(svg)![1]!.split(' ').map(Number) as [
      number,
      number,
      number,
      number,
    ]
    for (const [, x, y] of svg.matchAll(/[ML](-?[\d.]+),(-?[\d.]+)/g)) {
      expect(Number(x)).toBeGreaterThanOrEqual(left)
      expect(Number(x)).toBeLessThanOrEqual(left + width)
      expect(Number(y)).toBeGreaterThanOrEqual(top)
      expect(Number(y)).toBeLessThanOrEqual(top + height)
    }
    expect(svg).toContain('<title>a &#60;b&#62;</title>')
  })

  it('is there for one stage alone', () => {
    expect(svgGraph({ name: 'one', nodes: [graph.nodes[0]!], edges: [] })).toContain('>top</text')
  })
})
