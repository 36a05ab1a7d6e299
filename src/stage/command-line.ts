import type { ArtifactType } from './artifact.ts'

/** A command with every value known but its paths: those are other ones in each attempt. */
export interface CommandLine {
  /** The text for the shell, in order. */
  readonly run: readonly CommandWord[]
  readonly outputs: Readonly<Record<string, { readonly path: string; readonly type: ArtifactType }>>
  /** Environment variables to set. */
  readonly env: Readonly<Record<string, string>>
}

/**
 * `text` stands as it is; an input or output is put in by name; a value is put in as one word. `dose` is what a search
 * turns up and down, in a template only: the search puts a value in its place.
 */
export type CommandWord =
  | { readonly text: string }
  | { readonly input: string }
  | { readonly output: string }
  | { readonly value: string }
  | { readonly dose: true }

/**
 * The doses of a command that degrades, from the mildest to the roughest: a range of positive numbers, which is searched,
 * or all the values there are, which are all measured.
 */
export type CommandDose = { readonly start: number; readonly end: number } | { readonly values: readonly number[] }
