import { html, type Html, type HtmlValue } from './html.ts'

const mostRows = 16

/** A table that scrolls by itself where the page is narrow. Columns of figures are set right; a long one may be folded. */
export function dataTable(columns: readonly string[], rows: readonly (readonly HtmlValue[])[], foldable = false): Html {
  const numeric = columns.map((_, index) => rows.length > 0 && rows.every((row) => isFigure(row[index])))
  const cell = (value: HtmlValue, index: number) =>
    numeric[index] === true
      ? html`<td class="n">${value}</td>`
      : html`<td${isShort(value) && html` class="w"`}>${verdictOf(value)}</td>`
  const table = html`<div class="scroll">
    <table>
      <thead>
        <tr>
          ${columns.map((column, index) => (numeric[index] === true ? html`<th class="n">${column}</th>` : html`<th>${column}</th>`))}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map(cell)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`
  return foldable && rows.length > mostRows
    ? html`<details>
        <summary>${rows.length} rows</summary>
        ${table}
      </details>`
    : table
}

/** Short text stays on one line: a broken figure or name is hard to read. */
const isShort = (value: HtmlValue): boolean => typeof value === 'string' && value.length <= 26

const tones: Readonly<Record<string, string>> = {
  held: 'good',
  healthy: 'good',
  failed: 'bad',
  broken: 'bad',
  undecided: 'open',
  unhealthy: 'open',
  suspicious: 'open',
}

/** A verdict standing alone in its cell is coloured, here as everywhere. */
function verdictOf(value: HtmlValue): HtmlValue {
  const tone = typeof value === 'string' && Object.hasOwn(tones, value) ? tones[value] : undefined
  return tone === undefined ? value : html`<span class="t ${tone}">${value}</span>`
}

const isFigure = (value: HtmlValue): boolean =>
  typeof value === 'number' || (typeof value === 'string' && /^([-−]?[\d.,]+(e-?\d+)?( %| s)?|–|)$/.test(value))
