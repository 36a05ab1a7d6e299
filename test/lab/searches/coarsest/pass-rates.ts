import type { Answer } from '../../../../src/lab/searches/coarsest/answer.ts'
import { wholeSearch, type Truth } from './whole-search.ts'

export const runs = 2000

export interface World extends Pick<Truth, 'spread' | 'coefficient'> {
  /** nβ at which the accuracy becomes the one in question; finer levels are well above it. */
  readonly edge: number
  /** Parameters of the search. */
  readonly more?: object
}

/** Shares of 2000 searches that say of any level beyond the edge that it holds, and that end with an edge. */
export function passRates(
  accuracy: number,
  { spread, coefficient, edge, more = {} }: World,
): { passed: number; found: number } {
  const isRough = (nbeta: number): boolean => nbeta <= edge
  const truth: Truth = { accuracy: (nbeta) => (isRough(nbeta) ? accuracy : 0.99), spread, coefficient }
  const passes = ({ levels, original }: Answer): boolean =>
    [original, ...levels].some(({ nbeta, status }) => status === 'held' && isRough(nbeta ?? Infinity))
  const answers = Array.from({ length: runs }, (_, run) => wholeSearch(run, truth, more))
  return {
    passed: answers.filter(passes).length / runs,
    found: answers.filter(({ outcome }) => outcome === 'found').length / runs,
  }
}
