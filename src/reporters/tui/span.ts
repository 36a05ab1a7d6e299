/** What a piece of text means; the theme says how that looks. */
export type Tone =
  'normal' | 'strong' | 'quiet' | 'accent' | 'good' | 'bad' | 'open' | 'series-0' | 'series-1' | 'series-2' | 'series-3'

/** A piece of a line. */
export interface Span {
  readonly text: string
  readonly tone: Tone
}

/** Tones of a chart's series. Markers differ too, so that colour is never needed to tell them apart. */
export const seriesTones: readonly Tone[] = ['series-0', 'series-1', 'series-2', 'series-3']
