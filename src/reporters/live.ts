import type { RunEvent } from '../orchestrator/event.ts'
import type { RunState } from '../orchestrator/state.ts'
import { createLineWriter } from './line-writer.ts'
import type { Reporter } from './reporter.ts'
import type { ReporterOptions } from './reporter-options.ts'
import { finalLines } from './tui/final-lines.ts'
import { paintSpans } from './tui/paint-spans.ts'

const patience = 100 // milliseconds that a run may take before it gets a live view

/**
 * The live view, loaded only for a run that lasts: loading ink takes longer than running a pipeline whose every result is
 * stored. A run that is over before prints the same last state at once.
 */
export function createLiveReporter(options: ReporterOptions): Reporter {
  const waiting: (readonly [RunEvent, RunState])[] = []
  let view: Reporter | undefined
  const load = async () => {
    const { startTui } = await import('./tui/tui-reporter.tsx')
    view = startTui(options)
    for (const [event, state] of waiting.splice(0)) view.onEvent(event, state)
  }
  let loading: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  const begin = () => {
    loading = load()
    // Told of at close, where it is awaited; until then it must not count as unhandled.
    loading.catch(() => undefined)
  }
  return {
    onEvent(event, state) {
      timer ??= setTimeout(begin, patience)
      if (view === undefined) waiting.push([event, state])
      else view.onEvent(event, state)
    },
    async close() {
      clearTimeout(timer)
      await loading
      if (view !== undefined) await view.close()
      else await printLast(waiting.at(-1)?.[1], options)
    },
  }
}

async function printLast(
  state: RunState | undefined,
  { stdout, color, columns, debug = false }: ReporterOptions,
): Promise<void> {
  const out = createLineWriter(stdout)
  const width =
    columns ?? ('columns' in stdout && typeof stdout.columns === 'number' && stdout.columns > 0 ? stdout.columns : 80)
  if (state !== undefined) {
    for (const spans of finalLines(state, { columns: width, now: Date.now(), debug }))
      out.write(paintSpans(spans, color))
  }
  await out.close()
}
