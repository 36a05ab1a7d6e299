import type { ReporterOptions } from './reporter-options.ts'
import { createLineWriter } from './line-writer.ts'
import { createPlainLines } from './plain-lines.ts'
import type { Reporter } from './reporter.ts'
import { isUnicode } from './text/is-unicode.ts'

/** One line a transition, for pipes, CI and terminals that cannot redraw. */
export function createPlainReporter({ stdout, color, debug, env = process.env }: ReporterOptions): Reporter {
  const out = createLineWriter(stdout)
  const lines = createPlainLines({
    color,
    unicode: isUnicode(env),
    annotations: env['GITHUB_ACTIONS'] === 'true',
    debug: debug ?? false,
  })
  return {
    onEvent(event, state) {
      for (const line of lines(event, state)) out.write(line)
    },
    close: () => out.close(),
  }
}
