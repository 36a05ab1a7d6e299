import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { root } from '../house/files-below.ts'

/** What a page of documentation tells its reader to do, in order. */
export type Step =
  | { readonly type: 'write'; readonly file: string; readonly text: string; readonly label: string }
  | {
      readonly type: 'run'
      readonly args: readonly string[]
      readonly shown: readonly string[]
      readonly label: string
    }

/**
 * The steps of a page: a comment `<!-- name.yaml -->` above a yaml block names the file to write; in a console block each
 * line `$ assay …` is a command, and the lines below it are part of what it prints, in order.
 */
export function stepsOf(page: string): Step[] {
  const text = readFileSync(path.join(root, page), 'utf8')
  const block = /(?:<!-- ([\w-]+\.yaml)[^>]*-->\n+)?^```(yaml|console)\n(.*?)^```$/gms
  return [...text.matchAll(block)].flatMap(([, file, language, body = ''], i): Step[] => {
    const label = `block ${String(i + 1)}`
    if (language === 'console') return commandsIn(body, label)
    if (file === undefined) throw new Error(`${page}: yaml ${label} has no file name above it`)
    return [{ type: 'write', file, text: body, label: `${label}, ${file}` }]
  })
}

function commandsIn(body: string, label: string): Step[] {
  const [before, ...commands] = body.split(/^\$ assay /m)
  if (before !== '') throw new Error(`console ${label} begins with no command`)
  return commands.map((command): Step => {
    const [line = '', ...shown] = command.trimEnd().split('\n')
    return { type: 'run', args: line.split(' '), shown, label: `${label}, assay ${line}` }
  })
}

/** A folder as the tutorial wants it: the shipped model beside the pipelines. */
export function furnish(folder: string): void {
  symlinkSync(path.join(root, 'pipelines/tiny'), path.join(folder, 'tiny'))
}

export const write = (folder: string, { file, text }: Step & { readonly type: 'write' }): void => {
  writeFileSync(path.join(folder, file), text)
}

/**
 * The first shown line that is not among those printed, in order; nothing where all are. A shown line may be the beginning
 * of a printed one. `isExact: false` takes any number for any other, since times and the last digits differ by machine.
 */
export function missingLine(
  shown: readonly string[],
  printed: string,
  { isExact }: { isExact: boolean },
): string | undefined {
  const plain = (line: string): string =>
    (isExact ? line : line.replace(/[−-]?\d+(\.\d+)?/g, '#')).replace(/\s+/g, ' ').trim()
  const lines = printed.split('\n').map(plain)
  let from = 0
  for (const line of shown) {
    const at = lines.findIndex((candidate, i) => i >= from && candidate.startsWith(plain(line)))
    if (at === -1) return line
    from = at + 1
  }
  return undefined
}
