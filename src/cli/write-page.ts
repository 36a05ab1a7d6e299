import { atomicWrite } from '../orchestrator/store/atomic-write.ts'
import { UserError } from './user-error.ts'

/** Writes a file whole or not at all. Throws UserError where it cannot be written. */
export function writePage(path: string, text: string): void {
  try {
    atomicWrite(path, text)
  } catch (error) {
    throw new UserError(`cannot write ${path}: ${(error as Error).message}`, 'name another file with -o')
  }
}
