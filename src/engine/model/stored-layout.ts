import type { StoredTensor } from './safetensors.ts'

/** How stored files may differ from the names and shapes that a network's parameters have here. */
export interface StoredLayout {
  /** Prefixes that files may put before the names. */
  readonly prefixes: readonly string[]
  /** Names of matrices that some files store transposed; one with unequal sides tells which way round the file has them. */
  readonly turnable?: { readonly probe: string; matches(name: string): boolean }
  /** A file's tensors under the names and in the layout of the parameters; those it does not know stay as they are. */
  translate?(stored: ReadonlyMap<string, StoredTensor>): ReadonlyMap<string, StoredTensor>
  /** Prefix of the names here that files of the body alone leave out. */
  readonly bare?: string
  /** A tensor that is used twice, and the other name that a file may have it under. */
  readonly twin?: { readonly of: string; readonly name: string }
  /** Whether the parameters are all there can be: a further layer in the file, or a bias, is then an error. */
  readonly isWhole?: boolean
}
