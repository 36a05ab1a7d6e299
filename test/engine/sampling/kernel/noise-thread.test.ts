import { expect, test } from 'vitest'
import { streamArguments } from '../../../../src/engine/sampling/kernel/kernel.ts'
import { chunkSize, noiseThread } from '../../../../src/engine/sampling/kernel/noise-thread.ts'
import { RandomStream } from '../../../../src/engine/sampling/random.ts'

/** Gives the other thread time, as drawing a chunk would. */
const sleep = (): string => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2)

test('each chunk of a step is handed out once, with the numbers of the stream where the other thread drew them', () => {
  const stream = new RandomStream('00000000000000c7', 'noise', 3)
  const chunks = 20
  const expected = new Float32Array(chunks * chunkSize)
  let taken = 0
  // The thread needs its time to start: until then there is nothing to take.
  for (let step = 0; taken < 5; step++) {
    stream.normals(step, expected)
    const seen: number[] = []
    noiseThread().share({
      words: streamArguments(stream.key, step),
      chunks,
      draw: (chunk) => {
        seen.push(chunk)
        sleep()
      },
      take: (chunk, normals) => {
        seen.push(chunk)
        taken++
        const part = expected.subarray(chunk * chunkSize, (chunk + 1) * chunkSize)
        expect(Buffer.compare(Buffer.from(normals.slice().buffer), Buffer.from(part.slice().buffer))).toBe(0)
      },
    })
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: chunks }, (_, i) => i))
  }
})
