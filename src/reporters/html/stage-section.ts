import type { RunState, StageState } from '../../orchestrator/state.ts'
import { duration } from '../text/duration.ts'
import { html, type Html } from './html.ts'

/** Every stage with its status, time, parameters and seed; grown ones folded away. */
export function stageSection(state: RunState): Html {
  const all = [...state.stages.values()]
  const own = all.filter((stage) => stage.parent === undefined)
  const grown = all.filter((stage) => stage.parent !== undefined)
  return html`<section>
    <h2>Stages</h2>
    ${stageTable(own)}
    ${
      grown.length > 0 &&
      html`<details>
        <summary>${grown.length} ${grown.length === 1 ? 'stage' : 'stages'} that searches asked for</summary>
        ${stageTable(grown)}
      </details>`
    }
  </section> `
}

function stageTable(stages: readonly StageState[]): Html {
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th>stage</th>
          <th>kind</th>
          <th>status</th>
          <th class="n">time</th>
          <th>parameters</th>
        </tr>
      </thead>
      <tbody>
        ${stages.map(
          (stage) =>
            html`<tr>
              <td class="w">${stage.head.id}</td>
              <td class="w">${stage.head.use}</td>
              <td>${status(stage)}</td>
              <td class="n w">${stage.seconds === undefined ? '' : duration(stage.seconds)}</td>
              <td class="p">${parameters(stage)}</td>
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`
}

function status(stage: StageState): Html {
  const tone = { finished: 'good', cached: 'good', failed: 'bad', skipped: 'open', running: 'open', waiting: 'open' }[
    stage.status
  ]
  const word = stage.failure?.reason === 'cancelled' ? 'cancelled' : stage.status
  return html`<span class="t ${tone}">${word}</span
    >${stage.status === 'skipped' && stage.because !== undefined && html`: ${stage.because}`}`
}

const longest = 120 // letters of one value; the whole is in plan.json and events.jsonl

function parameters(stage: StageState): string {
  const pairs = Object.entries(stage.with ?? {}).map(
    ([name, value]) => `${name} ${shorten(typeof value === 'string' ? value : JSON.stringify(value))}`,
  )
  return [...pairs, ...(stage.seed === undefined ? [] : [`seed ${stage.seed}`])].join(' · ')
}

const shorten = (text: string): string => (text.length <= longest ? text : `${text.slice(0, longest)}…`)
