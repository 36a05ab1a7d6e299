import { dirname, join, sep } from 'node:path'
import type { Diagnostic } from '../../base/diagnostic.ts'
import type { ScalarNode } from '../node.ts'

/** What marks the top folder of a project. */
const marks = ['package.json', '.assay', '.git']

/**
 * Advice: a path leads to a place inside the project, the nearest folder above the pipeline that holds one of `marks`
 * (else the pipeline's own). One that climbs out, or starts at the root, works on this machine alone.
 */
export function pathLeaves(
  text: string,
  node: ScalarNode,
  at: { readonly path: string; readonly folder: string; probe(path: string): unknown },
): Diagnostic | undefined {
  if (isInside(at.path, at.folder)) return undefined
  const project = projectOf(at.folder, (path) => at.probe(path))
  if (isInside(at.path, project)) return undefined
  return {
    code: 'paths-stay-inside',
    severity: 'warning',
    message: `\`${text}\` leads out of the project, to ${at.path}`,
    span: node.span,
    help: `who else has the project will not have this; move it into ${project}`,
  }
}

const isInside = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)

function projectOf(start: string, probe: (path: string) => unknown): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (marks.some((mark) => probe(join(folder, mark)) !== undefined)) return folder
    if (dirname(folder) === folder) return start
  }
}
