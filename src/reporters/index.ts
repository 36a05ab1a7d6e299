import type { ReporterKind } from './choose-reporter.ts'
import type { ReporterOptions } from './reporter-options.ts'
import type { Reporter } from './reporter.ts'

export { chooseReporter, type ReporterKind } from './choose-reporter.ts'
export type { ReporterOptions } from './reporter-options.ts'

/** The reporter of a kind. Each is loaded only when asked for, so that plain runs never load ink and react. */
export async function createReporter(kind: ReporterKind, options: ReporterOptions): Promise<Reporter> {
  switch (kind) {
    case 'tui':
      return (await import('./live.ts')).createLiveReporter(options)
    case 'plain':
      return (await import('./plain.ts')).createPlainReporter(options)
    case 'json':
      return (await import('./json.ts')).createJsonReporter(options)
  }
}
