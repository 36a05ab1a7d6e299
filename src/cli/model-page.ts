import type { GraphDescription, NamedValue } from '../engine/inspect/describe-graph.ts'
import type { ModelDescription } from '../engine/inspect/describe-model.ts'

/** Longest list that is shown whole to people. */
const shownRows = 40

/** The description of a model as a page for people. */
export function modelPage(model: ModelDescription): string {
  const { path, about, inputs, outputs, parameters, graph, sizes, notes } = model
  const total = parameters.reduce((n, { elements }) => n + elements, 0)
  const at = Object.entries(sizes).map(([name, size]) => `${name} = ${size}`)
  return [
    `${path}: ${about}`,
    ...section('Inputs', inputs.map(valueRow)),
    ...section('Outputs', outputs.map(valueRow)),
    ...section(
      `Parameters: ${count(parameters.length, 'tensor')}, ${total.toLocaleString('en')} numbers`,
      parameters.map(({ name, type, shape }) => [name, `${type} [${shape.join(', ')}]`]),
    ),
    ...(graph === undefined ? [] : graphSections(graph, at.length === 0 ? '' : ` (at ${at.join(', ')})`)),
    ...section(
      'Notes',
      notes.map((note) => [note]),
    ),
    '',
  ].join('\n')
}

const valueRow = ({ name, type, shape }: NamedValue): string[] => [
  name,
  shape === undefined ? `${type ?? 'type'} of unknown shape` : `${type ?? '?'} [${shape.join(', ')}]`,
]

function graphSections(graph: GraphDescription, at: string): string[] {
  const { operators, hooks, untyped } = graph
  const nodes = operators.reduce((n, each) => n + each.count, 0)
  return [
    ...section(
      `Operators: ${count(nodes, 'node')}${at}`,
      operators.map(({ op, count: number, gradient }) => [
        op,
        String(number),
        gradient.rule === 'exact'
          ? 'gradient'
          : gradient.rule === 'flat'
            ? 'flat: gradients end here'
            : `no gradient: ${gradient.why}`,
      ]),
    ),
    ...section(`Values to hook: ${hooks.length}`, hooks.map(valueRow)),
    ...section(
      `Values of unknown type: ${untyped.length}`,
      untyped.map((name) => [name]),
    ),
    ...section('Gradients', gradientRows(graph)),
  ]
}

function gradientRows({ obstacles, differentiable, without }: GraphDescription): string[][] {
  const obstructed = new Set(obstacles.flatMap(({ parameters }) => parameters))
  return [
    ...(differentiable.length === 0
      ? []
      : [
          [
            `from the outputs to ${count(differentiable.length, 'parameter')}: exact, every operator on the way has a rule`,
          ],
        ]),
    ...(obstructed.size === 0 ? [] : [[`not to ${count(obstructed.size, 'parameter')}: ${list([...obstructed])}`]]),
    ...obstacles.map(({ node, op, why }) => [`  node "${node}" (${op}): ${why}`]),
    ...(without.length === 0
      ? []
      : [[`zero for ${count(without.length, 'parameter')} that no output depends on: ${list(without)}`]]),
  ]
}

const count = (number: number, what: string): string =>
  `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`

const list = (names: readonly string[]): string =>
  names.length <= 6 ? names.join(', ') : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`

/** A heading and its rows in columns; nothing where there are no rows. */
function section(heading: string, rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return []
  const first = rows.slice(0, shownRows)
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...first.map((row) => row[i]?.length ?? 0)))
  const shown = first.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd())
  const more = rows.length > shownRows ? [`  … and ${rows.length - shownRows} more (--json lists all)`] : []
  return ['', heading, ...shown, ...more]
}
