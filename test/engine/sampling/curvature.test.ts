import { expect, test } from 'vitest'
import { largestCurvature } from '../../../src/engine/sampling/curvature.ts'
import { Posterior } from '../../../src/engine/sampling/posterior.ts'
import { RandomStream } from '../../../src/engine/sampling/random.ts'
import { Region } from '../../../src/engine/sampling/region.ts'
import { quadratic, toyWalk } from './toys.ts'

const dynamics = { nbeta: 1, gamma: 1, epsilon: 1 }
const find = (region?: Region): Promise<number> => {
  const walk = toyWalk(quadratic([1, 3, 40, 2]), 400)
  return largestCurvature({
    ...walk,
    posterior: new Posterior({ ...walk, dynamics, region }),
    stream: new RandomStream('00000000000000a7', 'other'),
  })
}

test('the largest curvature of a quadratic loss', async () => {
  expect(await find()).toBeCloseTo(40, 2)
})
test('of the elements that move alone', async () => {
  // Elements 0 and 1: curvatures 1 and 3.
  expect(await find(new Region([0, 2], 400))).toBeCloseTo(3, 3)
})
