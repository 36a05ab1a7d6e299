import type { RunState } from '../../orchestrator/state.ts'
import { html, type Html } from './html.ts'

/** The commands that make these numbers again. */
export function rerunSection({ started }: RunState): Html | false {
  if (started === undefined) return false
  const { git } = started.environment
  const commands = [...(git === undefined ? [] : [`git checkout ${git.commit}`]), 'npm ci', `npx ${started.command}`]
  return html`<section>
    <h2>Run it again</h2>
    <pre>${commands.join('\n')}</pre>
    ${git?.dirty === true && html`<p class="t open" style="white-space:normal">The working tree had uncommitted changes when this ran: the commit alone may not give these numbers.</p>`}
  </section> `
}

/** What it was run with. Names of the environment record, in its own order. */
export function environmentSection({ started }: RunState): Html | false {
  if (started === undefined) return false
  const { git, ...rest } = started.environment
  const entries: [string, string][] = Object.entries(rest).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, typeof value === 'object' ? JSON.stringify(value) : String(value)]],
  )
  if (git !== undefined) entries.push(['git commit', `${git.commit}${git.dirty ? ' with uncommitted changes' : ''}`])
  entries.push(
    ['pipeline', `${started.file} ${started.source}`],
    ['seed', String(started.seed)],
    ['parameters', JSON.stringify(started.params)],
  )
  return html`<section>
    <h2>Environment</h2>
    <dl>
      ${entries.map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
  </section> `
}

export function pipelineSection(text: string, { started }: RunState): Html | false {
  if (text === '') return false
  return html`<section>
    <h2>Pipeline${started !== undefined && html` <small>${started.file}</small>`}</h2>
    <pre>${text}</pre>
  </section> `
}
