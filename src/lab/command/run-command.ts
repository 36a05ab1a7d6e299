import { closeSync, fstatSync, mkdirSync, openSync, readSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { StageInput, StageOutput } from '../../stage/artifact.ts'
import type { CommandLine } from '../../stage/command-line.ts'
import { ProcessEnded, type StageContext } from '../../stage/stage-context.ts'
import { linkInputs } from './link-inputs.ts'
import { runGroup } from './process-group.ts'
import { readOutputs } from './read-outputs.ts'
import { shellText } from './shell-text.ts'

/** Bytes of a command's last words that a failure quotes, and lines at most. */
const tail = { bytes: 4_096, lines: 20 }

/**
 * Runs a command in a folder of its own, which holds the user's files among its inputs, and gives what it left there. What it prints goes to `ctx.log`. Throws ProcessEnded where it exits with another code than 0 or dies of a signal.
 */
export async function runCommand({
  command,
  inputs,
  ctx,
}: {
  readonly command?: CommandLine
  readonly inputs: Readonly<Record<string, StageInput>>
  readonly ctx: StageContext
}): Promise<Record<string, StageOutput>> {
  if (command === undefined) throw new Error('a command stage was started without its command')
  const folder = join(ctx.out, 'work')
  const values = join(ctx.out, 'values')
  for (const path of [folder, values]) mkdirSync(path)
  const words: Record<string, readonly string[]> = {}
  for (const [name, input] of Object.entries(inputs)) words[name] = await wordsOf(input, join(values, name))
  const paths = Object.entries(command.outputs).map(([name, { path }]) => [name, join(folder, path)] as const)
  for (const [, path] of paths) mkdirSync(dirname(path), { recursive: true })
  linkInputs(inputs, { folder, outputs: Object.values(command.outputs) })
  const text = shellText(command.run, { inputs: words, outputs: Object.fromEntries(paths) })
  const log = openSync(ctx.log ?? join(ctx.out, 'log'), 'a+')
  try {
    const ended = await runGroup(text, {
      cwd: folder,
      env: { ...process.env, ...command.env },
      log,
      signal: ctx.signal,
    })
    ctx.signal.throwIfAborted()
    if (ended.signal !== undefined)
      throw new ProcessEnded(`its command was killed by ${ended.signal}`, {
        signal: ended.signal,
        said: lastLines(log),
      })
    if (ended.code !== 0) throw new ProcessEnded('its command failed', { code: ended.code ?? -1, said: lastLines(log) })
  } finally {
    closeSync(log)
  }
  return readOutputs(command.outputs, folder)
}

/** A path as it is, a number or text as its characters; any other value is written to a file, whose path is given. */
async function wordsOf(input: StageInput, file: string): Promise<readonly string[]> {
  if (input.items !== undefined) {
    const lists = await Promise.all(input.items.map((item, index) => wordsOf(item, `${file}-${index}`)))
    return lists.flat()
  }
  if (input.path !== undefined) return [input.path]
  if (typeof input.value !== 'object' || input.value === null) return [String(input.value)]
  await writeFile(`${file}.json`, JSON.stringify(input.value))
  return [`${file}.json`]
}

function lastLines(log: number): string {
  const { size } = fstatSync(log)
  const bytes = Buffer.alloc(Math.min(size, tail.bytes))
  readSync(log, bytes, 0, bytes.length, size - bytes.length)
  return bytes.toString('utf8').trimEnd().split('\n').slice(-tail.lines).join('\n')
}
