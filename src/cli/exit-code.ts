/** What the process says to a shell when it ends. */
export const exitCode = {
  fine: 0,
  stageFailed: 1,
  badInput: 2,
  /** A mistake of assay's own. */
  internal: 70,
  cancelled: 130,
} as const
export type ExitCode = (typeof exitCode)[keyof typeof exitCode]

export const exitCodeHelp = `Exit codes:
  0    fine
  1    a stage failed
  2    the input is wrong (nothing ran)
  70   assay itself failed: please report it
  130  cancelled`
