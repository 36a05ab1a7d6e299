/** The fields of a line of JSONL; none where the line is no JSON, so that the reader's own message names what it lacks. */
export function jsonLine(line: string): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(line) ?? {}) as Readonly<Record<string, unknown>>
  } catch {
    return {}
  }
}
