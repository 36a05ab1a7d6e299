/** The code of a function that says whether parameters fit, and fills in defaults: what ajv's standalone mode writes. */
export interface ReadyValidator {
  readonly whole: string
  readonly partial: string
}

/**
 * Validators of the kinds that assay ships, by name. None here: the build writes them in place of this module
 * (scripts/ready-validators.mjs), because to load ajv and compile schemas takes half the time of `assay check`.
 */
export const readyValidators: Readonly<Record<string, ReadyValidator>> = {}
