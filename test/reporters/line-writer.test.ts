import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { createLineWriter } from '../../src/reporters/line-writer.ts'

test('a reader that has gone ends the writing, not the process', async () => {
  const written: string[] = []
  const stream = new Writable({
    autoDestroy: false,
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk.toString())
      done(written.length > 1 ? Object.assign(new Error('broken pipe'), { code: 'EPIPE' }) : null)
    },
  })
  const out = createLineWriter(stream)
  out.write('one')
  out.write('two')
  await new Promise(setImmediate)
  out.write('three')
  await out.close()
  expect(written).toEqual(['one\n', 'two\n'])
})
