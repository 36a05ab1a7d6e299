import { expect, test, vi } from 'vitest'
import { divertStderr } from '../../../src/reporters/tui/divert-stderr.ts'

const stream = (isTTY: boolean) =>
  ({ isTTY, write: vi.fn() }) as unknown as NodeJS.WriteStream & { write: ReturnType<typeof vi.fn> }

test('a terminal’s standard error goes to the view until it is given back', async () => {
  const stderr = stream(true)
  const original = stderr.write
  const said: string[] = []
  const restore = divertStderr(stderr, (text) => said.push(text))
  stderr.write('cancelling\n')
  await new Promise<void>((resolve) =>
    stderr.write(Buffer.from('warning\n'), () => {
      resolve()
    }),
  )
  restore()
  stderr.write('after\n')
  expect(said).toEqual(['cancelling\n', 'warning\n'])
  expect(original).toHaveBeenCalledExactlyOnceWith('after\n')
})

test('one that goes to a file is left alone', () => {
  const stderr = stream(false)
  const original = stderr.write
  divertStderr(stderr, () => undefined)
  expect(stderr.write).toBe(original)
})
