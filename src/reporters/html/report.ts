import type { RunState } from '../../orchestrator/state.ts'
import { duration } from '../text/duration.ts'
import { answersOf } from '../view/answers.ts'
import { failureSection } from './failure-section.ts'
import { html, Html } from './html.ts'
import { lineList } from './line-list.ts'
import { environmentSection, pipelineSection, rerunSection } from './provenance.ts'
import { resultSections } from './result-sections.ts'
import { samplerSection } from './sampler-section.ts'
import { stageSection } from './stage-section.ts'
import { pageStyles } from './styles.ts'

export interface ReportExtra {
  /** The pipeline file's exact text. */
  readonly pipelineText: string
  /** The plan, as far as the report speaks of it. */
  readonly plan?: { readonly description?: string }
}

/**
 * A run as one HTML file that needs nothing else: no script, no font, no picture from outside. Equal input gives equal
 * bytes.
 */
export function renderReport(state: RunState, { pipelineText, plan }: ReportExtra): string {
  const title = state.started?.pipeline ?? 'run'
  return html`${new Html('<!doctype html>')}
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} – assay</title>
        <style>
          ${new Html(pageStyles)}
        </style>
      </head>
      <body>
        <main>
          <header>
            <h1>${title}</h1>
            ${plan?.description !== undefined && html`<p class="about">${plan.description}</p>`}
            <p class="meta">${metaLine(state)}</p>
          </header>
          ${unfinished(state)}${failureSection(state)}${answersOf(state).map(answerCard)} ${resultSections(state)}
          ${samplerSection(state)} ${rerunSection(state)} ${stageSection(state)} ${environmentSection(state)}
          ${pipelineSection(pipelineText, state)}
        </main>
      </body>
    </html> `.text
}

function answerCard({ headline, lines, tone }: ReturnType<typeof answersOf>[number]): Html {
  return html`<section class="answer ${tone}">
    <h2>${headline}</h2>
    ${lineList(lines)}
  </section> `
}

function metaLine({ started, finished }: RunState): Html {
  const day = started === undefined ? '' : `${started.at.slice(0, 10)} ${started.at.slice(11, 16)} UTC`
  const ran =
    finished === undefined
      ? 'not finished'
      : `${({ ok: 'finished', failed: 'failed', cancelled: 'cancelled' } as const)[finished.outcome]} after ${duration(finished.seconds)}`
  const git = started?.environment.git
  const commit =
    git === undefined ? '' : `commit ${git.commit.slice(0, 10)}${git.dirty ? ', with uncommitted changes' : ''}`
  const parts = [started?.run ?? '', day, ran, ...(started === undefined ? [] : [`seed ${started.seed}`]), commit]
  return html`${parts.filter((part) => part !== '').join(' · ')}`
}

function unfinished({ finished }: RunState): Html | false {
  if (finished?.outcome === 'ok' || finished?.outcome === 'failed') return false
  const text =
    finished === undefined
      ? 'This run has not finished: what follows is what was known when the page was made.'
      : 'This run was cancelled: what follows is what it had found by then.'
  return html`<section class="answer open"><p>${text} The same command goes on where it stopped.</p></section> `
}
