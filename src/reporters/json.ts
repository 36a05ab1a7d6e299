import type { RunEvent } from '../orchestrator/event.ts'
import { createLineWriter } from './line-writer.ts'
import type { Reporter } from './reporter.ts'

const progressInterval = 500 // milliseconds of run time between two progress lines of one stage

/** One event a line, as in `events.jsonl`; progress too, thinned to two a second for each stage. */
export function createJsonReporter({ stdout }: { readonly stdout: NodeJS.WritableStream }): Reporter {
  const out = createLineWriter(stdout)
  const shownAt = new Map<string, number>()
  return {
    onEvent(event) {
      if (event.type === 'stage-progressed' && !isDue(event, shownAt)) return
      out.write(JSON.stringify(event))
    },
    close: () => out.close(),
  }
}

function isDue(event: Extract<RunEvent, { type: 'stage-progressed' }>, shownAt: Map<string, number>): boolean {
  const now = Date.parse(event.at)
  const last = shownAt.get(event.stage)
  if (last !== undefined && now - last < progressInterval && event.progress.fraction < 1) return false
  shownAt.set(event.stage, now)
  return true
}
