/** What a stage wants shown in the terminal's answer and in the report. Plain data; any reporter can draw it. */
export type ReportBlock =
  | {
      readonly type: 'answer'
      readonly headline: string
      readonly lines: readonly string[]
      readonly tone: 'good' | 'bad' | 'open'
    }
  | { readonly type: 'text'; readonly title: string; readonly lines: readonly string[] }
  | {
      readonly type: 'table'
      readonly title: string
      readonly columns: readonly string[]
      readonly rows: readonly (readonly string[])[]
    }
  | LineChart
  | Heatmap

/** Numbers on a grid, such as an effect by layer and position. */
export interface Heatmap {
  readonly type: 'heatmap'
  readonly title: string
  readonly caption?: string
  readonly columns: { readonly label: string; readonly names: readonly string[] }
  readonly rows: { readonly label: string; readonly names: readonly string[] }
  /** By row and column; `null` where there is nothing. Colours run from 0 to the largest magnitude, by sign. */
  readonly values: readonly (readonly (number | null)[])[]
}

export interface LineChart {
  readonly type: 'line-chart'
  readonly title: string
  readonly caption?: string
  readonly x: Axis
  readonly y: Axis
  readonly series: readonly {
    readonly name: string
    readonly points: readonly {
      readonly x: number
      readonly y: number
      readonly low?: number
      readonly high?: number
      readonly label?: string
    }[]
  }[]
  /** Horizontal or vertical lines such as a threshold or the model's own loss. */
  readonly marks?: readonly { readonly axis: 'x' | 'y'; readonly at: number; readonly label: string }[]
}

export interface Axis {
  readonly label: string
  readonly scale?: 'linear' | 'log'
  readonly min?: number
  readonly max?: number
  readonly format?: 'percent' | 'number'
}
