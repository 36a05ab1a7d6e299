import { availableParallelism } from 'node:os'
import type { RunPolicy } from './run-policy.ts'

/** Every decision of the orchestrator that is a matter of taste, in one place. */

/** Stages at once unless `--concurrency` says otherwise: one a core. */
export const defaultConcurrency = (): number => availableParallelism()

/**
 * Threads of a stage: as many as its `resources` ask for, one where they say nothing. Never a guess from what is free:
 * sums of floating-point numbers depend on how they are split among threads, so it is part of a stage's key.
 */
export const threadsOf = ({ resources }: RunPolicy = {}): number => resources?.cpus ?? 1

/** Milliseconds a cancelled stage has to save its checkpoint before it is killed. */
export const graceOfCancel = 5_000

/** Milliseconds after which a worker with nothing to do is ended. */
export const idleWorker = 10_000

/**
 * Whether a result is worth waiting for the disk. Without that wait a power cut (not a killed process) can lose it, which
 * later lookups notice; so only what took longer to make than to sync is synced.
 */
export const isWorthSyncing = (seconds: number): boolean => seconds >= 0.5

/** Shortest time in milliseconds between two progress reports of one stage, and between two writes of the live file. */
export const progressEvery = 100
export const liveEvery = 500
