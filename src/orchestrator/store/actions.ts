import { appendFileSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { digestOfBytes } from '../../base/digest.ts'
import type { StageKey } from '../stage-key.ts'
import { atomicWrite } from './atomic-write.ts'
import type { StoreLayout } from './layout.ts'
import type { ActionResult, PastKey } from './store.ts'

export type ActionLookup = { readonly action: ActionResult } | 'nothing' | 'damaged'

/** Results by key: two lines a file, the result as JSON and the digest of that line. */
export class Actions {
  readonly #layout: StoreLayout
  readonly #histories = new Map<string, PastKey[]>()

  constructor(layout: StoreLayout) {
    this.#layout = layout
  }

  read(key: StageKey): ActionLookup {
    let text: string
    try {
      text = readFileSync(this.#layout.action(key), 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'nothing'
      throw error
    }
    const [body = '', check = ''] = text.split('\n')
    if (check !== JSON.stringify(digestOfBytes(body))) return 'damaged'
    return { action: JSON.parse(body) as ActionResult }
  }

  write(action: ActionResult, durable: boolean): void {
    const body = JSON.stringify(action)
    atomicWrite(this.#layout.action(action.key), `${body}\n${JSON.stringify(digestOfBytes(body))}\n`, durable)
    const { key, stage, record, sources } = action
    this.#remember({ key, stage, record, ...(sources === undefined ? {} : { sources }) })
  }

  history(kind: string): readonly PastKey[] {
    const known = this.#histories.get(kind)
    if (known !== undefined) return known
    const read = this.#readHistory(kind)
    this.#histories.set(kind, read)
    return read
  }

  /** History explains misses and decides nothing: a torn line is skipped. */
  #readHistory(kind: string): PastKey[] {
    let text: string
    try {
      text = readFileSync(this.#layout.history(kind), 'utf8')
    } catch {
      return []
    }
    return text.split('\n').flatMap((line) => {
      try {
        return line === '' ? [] : [JSON.parse(line) as PastKey]
      } catch {
        return []
      }
    })
  }

  #remember(past: PastKey): void {
    const { kind } = past.record
    this.#histories.get(kind)?.push(past)
    const path = this.#layout.history(kind)
    const line = `${JSON.stringify(past)}\n`
    try {
      appendFileSync(path, line)
    } catch {
      mkdirSync(dirname(path), { recursive: true })
      appendFileSync(path, line)
    }
  }
}
