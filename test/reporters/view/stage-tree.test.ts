import { expect, test } from 'vitest'
import { descendants, stageTree } from '../../../src/reporters/view/stage-tree.ts'
import { stateAfter, upTo } from '../fixtures/event-log.ts'
import { quickstartRun } from '../fixtures/quickstart-run.ts'

const tree = stageTree(stateAfter(upTo(quickstartRun, 2)))

test('grown stages stand under the stage that grew them, named below it', () => {
  expect(tree.map(({ name }) => name)).toEqual(['subject', 'text', 'facts', 'natural', 'ioi'])
  const [degrade] = tree[4]!.children
  expect(degrade?.name).toBe('original/degrade')
  expect(degrade?.children.map(({ name }) => name)).toEqual(['chain-0', 'chain-1', 'chain-2', 'chain-3'])
})

test('descendants come depth first, without the node itself', () => {
  expect(descendants(tree[4]!).map(({ id }) => id)).toEqual([
    'ioi/original/degrade',
    ...[0, 1, 2, 3].map((n) => `ioi/original/degrade/chain-${n}`),
  ])
})
