/**
 * Gives what is written to a terminal's standard error to `say` instead, until the returned function is called: written
 * past the live view, it would leave that view's remains behind. A standard error that goes elsewhere is left alone.
 */
export function divertStderr(stderr: NodeJS.WriteStream, say: (text: string) => void): () => void {
  if (!stderr.isTTY) return () => undefined
  const original = stderr.write
  const diverted = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    say(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString())
    const done = rest.find((argument) => typeof argument === 'function') as (() => void) | undefined
    if (done !== undefined) queueMicrotask(done)
    return true
  }
  stderr.write = diverted
  return () => {
    stderr.write = original
  }
}
