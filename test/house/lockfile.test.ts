import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from './files-below.ts'

interface Locked {
  readonly version?: string
  readonly resolved?: string
  readonly link?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
}
const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, Locked>>
}

describe('package-lock.json', () => {
  it('names no registry, so that everybody installs from their own', () => {
    expect(Object.keys(packages).filter((name) => packages[name]!.resolved !== undefined)).toEqual([])
  })
  it('holds the optional packages of every platform: `npm ci` refuses a lock file that lacks one', () => {
    const missing = Object.entries(packages).flatMap(([name, { optionalDependencies }]) =>
      Object.keys(optionalDependencies ?? {}).filter(
        (wanted) =>
          packages[`node_modules/${wanted}`] === undefined && packages[`${name}/node_modules/${wanted}`] === undefined,
      ),
    )
    expect(missing).toEqual([])
  })
})
