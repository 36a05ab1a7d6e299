/** What a reporter is made with; each takes what it needs. */
export interface ReporterOptions {
  readonly stdout: NodeJS.WritableStream
  /** Keys of the live view are read here (default `process.stdin`). */
  readonly stdin?: NodeJS.ReadStream
  readonly color: boolean
  /** Width to draw for; default: the terminal's own, followed when it changes. */
  readonly columns?: number
  /** Default `process.env`: locale and GITHUB_ACTIONS are read from it. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Shows stack traces of failures. */
  readonly debug?: boolean
  /** True for who only watches: the key `q` leaves, the run goes on. */
  readonly leaves?: boolean
}
