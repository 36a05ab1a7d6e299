import type { ConfigFields } from '../config-fields.ts'
import type { Decoder } from '../decoder.ts'
import { gpt2 } from './gpt2.ts'
import { gptNeox } from './gpt-neox.ts'
import { llama } from './llama.ts'
import { transformerLens } from './transformer-lens.ts'

/** By `model_type`. Throws ModelError for a configuration that the architecture here does not cover. */
export const architectures = {
  gpt2,
  gpt_neox: gptNeox,
  llama,
  transformer_lens: transformerLens,
} as const satisfies Record<string, (fields: ConfigFields) => Decoder>
