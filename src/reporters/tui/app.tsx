import { Box, Static, Text, useInput, useStdin } from 'ink'
import { useSyncExternalStore, type ReactElement } from 'react'
import { timeLeft } from '../view/time-left.ts'
import { FinalView } from './final-view.tsx'
import type { RunStore } from './run-store.ts'
import { screenLines } from './screen-lines.ts'
import { SpansLine } from './spans-line.tsx'
import { ThemeContext, themeFor } from './theme.ts'
import { useTick } from './use-tick.ts'
import { useWindow, type WindowSize } from './use-window.ts'

export interface AppProps {
  readonly store: RunStore
  readonly color: boolean
  readonly debug: boolean
  /** Whether to stop means to leave a run that goes on. */
  readonly leaves?: boolean
  /** Asked to stop by `q` or Ctrl-C. */
  readonly onStop: () => void
  /** Overrides the terminal's size. */
  readonly size?: Partial<WindowSize>
  /** Milliseconds since the epoch. */
  readonly clock?: () => number
}

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const

/** The live view of a run. `s` switches between the tree and plain lines, `q` and Ctrl-C ask to stop. */
export function App({ store, color, debug, leaves = false, onStop, size, clock = Date.now }: AppProps): ReactElement {
  const { state, track, scrollback, streaming, over } = useSyncExternalStore(store.subscribe, store.read)
  const { columns, rows } = useWindow(size)
  const tick = useTick(!over && state.finished === undefined)
  useKeys({ s: store.toggleStream, stop: onStop })
  const now = clock()
  const left = timeLeft({ state, track, now })
  const screen = { columns, rows: streaming ? 0 : rows - 1, debug, leaves }
  const drawn = over
    ? []
    : screenLines(state, { screen, clock: { now, spinner: spinner[tick % spinner.length] ?? '⠋', left } })
  return (
    <ThemeContext value={themeFor(color)}>
      <Static items={over ? [...scrollback, null] : [...scrollback]}>
        {(line, index) =>
          line === null ? (
            <FinalView key={index} state={state} screen={{ columns, now, debug }} />
          ) : (
            <Text key={index}>{line}</Text>
          )
        }
      </Static>
      <Box flexDirection="column" width={columns}>
        {(streaming ? drawn.slice(-1) : drawn).map((spans, index) => (
          <SpansLine key={index} spans={spans} />
        ))}
      </Box>
    </ThemeContext>
  )
}

/** In raw mode the terminal sends no signal for Ctrl-C: the key itself must ask to stop. */
function useKeys(on: { readonly s: () => void; readonly stop: () => void }): void {
  const { isRawModeSupported } = useStdin()
  useInput(
    (input, key) => {
      if (input === 'q' || (key.ctrl && input === 'c')) on.stop()
      else if (input === 's') on.s()
    },
    { isActive: isRawModeSupported },
  )
}
