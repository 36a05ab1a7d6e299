/** Writes lines to a stream, and stops quietly when its reader has gone (`assay run … --json | head -1`). */
export interface LineWriter {
  write(line: string): void
  /** Resolves when everything written has been handed to the system. */
  close(): Promise<void>
}

export function createLineWriter(stream: NodeJS.WritableStream): LineWriter {
  let gone = false
  const onError = (error: NodeJS.ErrnoException) => {
    gone = true
    if (error.code !== 'EPIPE') process.emitWarning(`cannot write the run's output: ${error.message}`)
  }
  // The listener stays after close: an EPIPE can come late, and without a listener it would end the process.
  stream.on('error', onError)
  return {
    write(line) {
      if (!gone) stream.write(`${line}\n`)
    },
    close: () =>
      new Promise((resolve) => {
        if (gone) resolve()
        else
          stream.write('', () => {
            resolve()
          })
      }),
  }
}
