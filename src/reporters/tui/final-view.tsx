import { Box } from 'ink'
import type { ReactElement } from 'react'
import type { RunState } from '../../orchestrator/state.ts'
import { finalLines, type FinalScreen } from './final-lines.ts'
import { SpansLine } from './spans-line.tsx'

/** The last state of a run, drawn once and for good. */
export function FinalView({ state, screen }: { readonly state: RunState; readonly screen: FinalScreen }): ReactElement {
  return (
    <Box flexDirection="column" width={screen.columns}>
      {finalLines(state, screen).map((spans, index) => (
        <SpansLine key={index} spans={spans} />
      ))}
    </Box>
  )
}
