import type { ArtifactType } from './artifact.ts'

/** A command with every value known but its paths: those are other ones in each attempt. */
export interface CommandLine {
  /** The text for the shell, in order. */
  readonly run: readonly CommandWord[]
  readonly outputs: Readonly<Record<string, { readonly path: string; readonly type: ArtifactType }>>
  /** Environment variables to set. */
  readonly env: Readonly<Record<string, string>>
}

/** `text` stands as it is; an input or output is put in by name; a value is put in as one word. */
export type CommandWord =
  { readonly text: string } | { readonly input: string } | { readonly output: string } | { readonly value: string }
