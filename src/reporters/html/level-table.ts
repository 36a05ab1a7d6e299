import type { SearchLevel, SearchView } from '../../stage/search-view.ts'
import { levelColumns, type LevelColumn } from '../view/level-columns.ts'
import { html, type Html } from './html.ts'

const tones: Readonly<Record<SearchLevel['status'], string>> = {
  held: 'good',
  failed: 'bad',
  undecided: 'open',
  unhealthy: 'open',
  running: 'open',
}

/** Every level a search tried, coldest first. */
export function levelTable(view: SearchView): Html {
  const columns = levelColumns(view)
  return html`<h3>Levels <small>· ${view.claim}</small></h3>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            ${columns.map(heading)}
          </tr>
        </thead>
        <tbody>
          ${view.levels.map(
            (level) =>
              html`<tr class="${level.status}">
                ${columns.map((column) => cell(column, level))}
              </tr> `,
          )}
        </tbody>
      </table>
    </div> `
}

/** An interval has no heading of its own: its metric's reaches over it. */
function heading(column: LevelColumn, index: number, all: readonly LevelColumn[]): Html | false {
  if (column.key.endsWith(':range')) return false
  const wide = all[index + 1]?.key === `${column.key}:range`
  return wide
    ? html`<th colspan="2">${column.title}</th>`
    : html`<th class="${column.align === 'right' ? 'n' : 'w'}">${column.title}</th>`
}

function cell(column: LevelColumn, level: SearchLevel): Html {
  if (column.key === 'status') return html`<td><span class="t ${tones[level.status]}">${level.status}</span></td>`
  // The mean stands close to its interval, as one figure.
  const isMean = column.key === 'metric' || (column.key.startsWith('beside:') && !column.key.endsWith(':range'))
  return html`<td
    class="${column.align === 'right' && !isMean ? 'n' : 'w'}"
    ${isMean && html` style="padding-right:.5rem"`}
  >
    ${column.cell(level)}
  </td>`
}
