import { setImmediate } from 'node:timers/promises'
import { render } from 'ink'
import type { ReporterOptions } from '../reporter-options.ts'
import { createPlainLines } from '../plain-lines.ts'
import type { Reporter } from '../reporter.ts'
import { App } from './app.tsx'
import { divertStderr } from './divert-stderr.ts'
import { RunStore } from './run-store.ts'

/** The live view, in plain scrollback: it redraws its own last lines only, and its final state stays. */
export function startTui({
  stdout,
  stdin = process.stdin,
  color,
  columns,
  debug = false,
  leaves = false,
}: ReporterOptions): Reporter {
  if (!isTerminal(stdout)) throw new Error('the live view needs a terminal')
  const store = new RunStore()
  const plainLines = createPlainLines({ color, unicode: true, annotations: false, debug })
  const size = columns === undefined ? {} : { size: { columns } }
  const stop = () => {
    process.kill(process.pid, 'SIGINT')
  }
  const ink = render(<App store={store} color={color} debug={debug} leaves={leaves} onStop={stop} {...size} />, {
    stdout,
    stdin,
    exitOnCtrlC: false,
    // Standard error is taken care of below; nothing else in this process prints.
    patchConsole: false,
  })
  const restore = divertStderr(process.stderr, (text) => {
    store.say(text)
  })
  return {
    onEvent(event, state) {
      store.add(event, state, plainLines(event, state))
    },
    async close() {
      store.end()
      // React draws the last state after this turn of the event loop; unmounted earlier, ink would leave the one before.
      await setImmediate()
      ink.unmount()
      await ink.waitUntilExit()
      restore()
    },
  }
}

const isTerminal = (stream: NodeJS.WritableStream): stream is NodeJS.WriteStream =>
  'isTTY' in stream && stream.isTTY === true
