import { Text } from 'ink'
import { useContext, type ReactElement } from 'react'
import type { Span } from './span.ts'
import { ThemeContext } from './theme.ts'

/** One line of the screen; what does not fit is cut at its end. */
export function SpansLine({ spans }: { readonly spans: readonly Span[] }): ReactElement {
  const look = useContext(ThemeContext)
  return (
    <Text wrap="truncate-end">
      {spans.map(({ text, tone }, index) => (
        <Text key={index} {...look(tone)}>
          {text}
        </Text>
      ))}
    </Text>
  )
}
