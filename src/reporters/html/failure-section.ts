import type { RunState } from '../../orchestrator/state.ts'
import { failureLines } from '../view/failure-lines.ts'
import { html, type Html } from './html.ts'

/** What failed, why, and what to do; nothing where nothing failed. */
export function failureSection(state: RunState): readonly Html[] {
  return [...state.stages.values()].flatMap(({ head, failure }) => {
    if (failure === undefined || failure.reason === 'cancelled') return []
    const { message, help } = failureLines(failure, false)
    return [
      html`<section class="answer bad">
        <h2>${head.id} failed</h2>
        <p>${message}</p>
        ${help !== undefined && html`<p>${help}</p>`}
      </section> `,
    ]
  })
}
