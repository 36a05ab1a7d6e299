import type { InferenceSession } from 'onnxruntime-node'
import type { Device } from './device.ts'

/** How every session is opened, on this thread or on another. */
export const sessionOptions = ({
  threads,
  device,
}: {
  readonly threads: number
  readonly device: Device
}): InferenceSession.SessionOptions => ({
  executionProviders: [device],
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  graphOptimizationLevel: 'all',
  // A pattern is one more copy of all that a run needs at once; without it the same memory is used again as well.
  enableMemPattern: false,
  // Left alone, its threads spin for 30 ms after a run, on the cores that noise and update are to use.
  extra: { session: { force_spinning_stop: '1' } },
  logSeverityLevel: 3,
})
