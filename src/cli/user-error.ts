import { exitCode, type ExitCode } from './exit-code.ts'

/** What a user can mend, thrown by a command before or beside the work: shown as one message without a stack. */
export class UserError extends Error {
  readonly help: string | undefined
  readonly exitCode: ExitCode
  constructor(message: string, help?: string, code: ExitCode = exitCode.badInput) {
    super(message)
    this.name = 'UserError'
    this.help = help
    this.exitCode = code
  }
}
