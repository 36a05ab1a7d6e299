import type { Heatmap } from '../../stage/report-block.ts'
import { html, type Html } from './html.ts'

/** A grid of figures, each cell coloured by its sign and its share of the largest magnitude. */
export function heatmap({ title, caption, columns, rows, values }: Heatmap): Html {
  const most = Math.max(...values.flat().map((value) => Math.abs(value ?? 0)), Number.MIN_VALUE)
  const cell = (value: number | null | undefined): Html =>
    value === null || value === undefined
      ? html`<td></td>`
      : html`<td class="${value < 0 ? 'minus' : 'plus'}" style="--v:${(Math.abs(value) / most).toFixed(3)}">
          ${value.toFixed(2)}
        </td>`
  return html`<figure class="heat">
    <figcaption><strong>${title}</strong>${caption !== undefined && html` <span>${caption}</span>`}</figcaption>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>${rows.label} \\ ${columns.label}</th>
            ${columns.names.map((name) => html`<th class="n">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.names.map(
            (name, i) =>
              html`<tr>
                <th>${name}</th>
                ${columns.names.map((_, j) => cell(values[i]?.[j]))}
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
  </figure> `
}
