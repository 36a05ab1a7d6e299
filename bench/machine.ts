import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  /** Mean number of runnable processes in the last minute, before the benchmark began. */
  readonly load: number
  readonly node: string
}

export const describeMachine = (): Machine => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  load: loadavg()[0]!,
  node: process.version,
})

export const machineLine = ({ cpu, cores, memoryGiB, load, node }: Machine): string =>
  `${cpu}, ${cores} cores, ${memoryGiB} GiB, Node ${node}, load ${load.toFixed(2)}${load > cores / 4 ? ' (busy: trust the ratios only)' : ''}`
