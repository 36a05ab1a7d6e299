import type { RunState, StageState } from '../../orchestrator/state.ts'
import type { Diagnosis } from '../../stage/metrics.ts'
import { html, type Html } from './html.ts'

const tones: Readonly<Record<Diagnosis['verdict'], string>> = { healthy: 'good', suspicious: 'open', broken: 'bad' }

/** What each sampler said of itself, worst findings first; nothing where nothing was sampled. */
export function samplerSection(state: RunState): Html | false {
  const told = [...state.stages.values()]
    .filter((stage) => !isReported(stage, state))
    .flatMap((stage) =>
      Object.values(stage.outputs ?? {}).flatMap((output) =>
        'value' in output && isDiagnosis(output.value) ? [{ id: stage.head.id, diagnosis: output.value }] : [],
      ),
    )
  if (told.length === 0) return false
  return html`<section>
    <h2>Sampler diagnostics</h2>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>stage</th>
            <th>verdict</th>
            <th>findings</th>
          </tr>
        </thead>
        <tbody>
          ${told.map(
            ({ id, diagnosis }) =>
              html`<tr>
                <td class="w">${id}</td>
                <td><span class="t ${tones[diagnosis.verdict]}">${diagnosis.verdict}</span></td>
                <td>${findings(diagnosis)}</td>
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
  </section> `
}

/** A search that is over tells of its levels' samplers itself. */
function isReported({ parent }: StageState, state: RunState): boolean {
  const above = parent === undefined ? undefined : state.stages.get(parent)
  return above !== undefined && ((above.report?.length ?? 0) > 0 || isReported(above, state))
}

function findings({ findings: all }: Diagnosis): Html {
  const bad = all.filter(({ verdict }) => verdict !== 'healthy')
  const good = all.filter(({ verdict }) => verdict === 'healthy')
  const list = (items: Diagnosis['findings']) =>
    html`<ul class="plain">
      ${items.map(({ text }) => html`<li>${text}</li>`)}
    </ul>`
  return html`${bad.length > 0 && list(bad)}${
    good.length > 0 &&
    html`<details style="margin:0">
      <summary>${good.length} ${good.length === 1 ? 'check' : 'checks'} passed</summary>
      ${list(good)}
    </details>`
  }`
}

function isDiagnosis(value: unknown): value is Diagnosis {
  const { verdict, findings: all } = (value ?? {}) as Partial<Diagnosis>
  return (
    (verdict === 'healthy' || verdict === 'suspicious' || verdict === 'broken') &&
    Array.isArray(all) &&
    all.every((one) => typeof (one as { text?: unknown }).text === 'string')
  )
}
