import { expect, test } from 'vitest'
import { decoderOf } from '../../../../src/engine/model/config.ts'
import { ModelError } from '../../../../src/engine/model/config-fields.ts'
import { DifferentiableModel } from '../../../../src/engine/model/differentiable.ts'
import { openLanguageModel } from '../../../../src/engine/model/open.ts'
import { RandomStream } from '../../../../src/engine/sampling/random.ts'
import { fillByFormula, referenceFolder, referenceModels } from '../reference-models.ts'

test.each(referenceModels)(
  'logits of $title agree with an independent fp64 reference',
  async ({ config, tokens, logits }) => {
    const model = await openLanguageModel(await referenceFolder(config), { threads: 1 })
    const length = tokens[0]!.length
    for (let position = 0; position < length; position++) {
      const found = await model.logitsAt(
        Int32Array.from(tokens.flat()),
        length,
        new Int32Array(tokens.length).fill(position),
      )
      logits
        .flatMap((sequence) => sequence[position]!)
        .forEach((wanted, i) => {
          expect(Math.abs(found[i]! - wanted)).toBeLessThan(1e-4)
        })
    }
    await model.close()
  },
)

test.each(referenceModels)(
  'the gradient of $title agrees with finite differences along random directions',
  async ({ config, tokens }) => {
    const decoder = decoderOf(config, 'config.json')
    const length = tokens[0]!.length
    const model = await DifferentiableModel.open(decoder, { batch: tokens.length, length, threads: 1 })
    for (const [name, { data }] of model.weights.tensors) fillByFormula(name, data as Float32Array)
    const batch = { tokens: Int32Array.from(tokens.flat()), mask: new Uint8Array(tokens.flat().length).fill(1) }
    await model.run(batch)
    const { flat } = model.weights
    const [start, slope, direction] = [flat.slice(), model.gradient.slice(), new Float32Array(flat.length)]
    for (let trial = 0; trial < 3; trial++) {
      new RandomStream('00000000000000ab', 'other').normals(trial, direction)
      // Half along the gradient, half at random, of length about one: a slope that fp32 losses can show.
      const [length, steepness] = [Math.hypot(...direction), Math.hypot(...slope)]
      direction.forEach((value, i) => (direction[i] = (value / length + slope[i]! / steepness) / Math.SQRT2))
      const step = 3e-3 / steepness // the loss then changes by about as much, whatever its scale
      const at = async (distance: number): Promise<number> => {
        start.forEach((w, i) => (flat[i] = w + distance * direction[i]!))
        return model.run(batch)
      }
      const numeric =
        (8 * ((await at(step)) - (await at(-step))) - ((await at(2 * step)) - (await at(-2 * step)))) / (12 * step)
      const analytic = slope.reduce((sum, value, i) => sum + value * direction[i]!, 0)
      expect(Math.abs(numeric - analytic)).toBeLessThan(1e-3 * steepness)
    }
    await model.close()
  },
)

const gpt2 = { model_type: 'gpt2', n_embd: 8, n_head: 2, n_layer: 1, vocab_size: 5 }
test('the context of the oldest GPT-2 files is n_ctx', () => {
  expect(decoderOf({ ...gpt2, n_ctx: 7 }, 'c').context).toBe(7)
  expect(decoderOf({ ...gpt2, n_ctx: 7, n_positions: 9 }, 'c').context).toBe(9)
})

const llama = {
  model_type: 'llama',
  hidden_size: 8,
  num_attention_heads: 2,
  num_hidden_layers: 1,
  intermediate_size: 8,
  vocab_size: 5,
}

test.each([
  [{ model_type: 'mamba' }, /model_type is "mamba"; supported is "gpt2", "gpt_neox", "llama"/],
  [{ model_type: 'gpt2', n_embd: 10, n_head: 3, n_layer: 1, vocab_size: 5 }, /n_head is 3; it must divide 10/],
  [
    { model_type: 'gpt2', n_embd: 8, n_head: 2, n_layer: 0, vocab_size: 5 },
    /n_layer is 0; a whole number of at least 1/,
  ],
  [{ ...gpt2, activation_function: 'quick_gelu' }, /activation_function is "quick_gelu"; supported is "gelu", /],
  [{ ...gpt2, n_layer: 1e6 }, /n_layer is 1000000; at most 1000 can be had/],
  [{ ...llama, hidden_size: 9 }, /num_attention_heads is 2; it must divide 9/],
  [{ ...llama, rope_scaling: { type: 'linear' } }, /config\.json: rope_scaling: factor is missing; a number above 0/],
  [
    { ...llama, rope_scaling: { rope_type: 'yarn', factor: 4 } },
    /rope_scaling: rope_type is "yarn"; supported is "def/,
  ],
  [{ ...llama, rope_scaling: 'linear' }, /rope_scaling is "linear"; a table is needed/],
  [{ ...llama, rope_parameters: { rope_type: 'longrope' } }, /rope_parameters: rope_type is "longrope"/],
  [{ ...llama, rope_parameters: { full_attention: { rope_theta: 9 } } }, /rope_parameters .* from layer to layer/],
  [{ ...llama, head_dim: 1e7 }, /head_dim is 10000000; of each head's 10000000 dimensions an even number/],
  [{ ...llama, partial_rotary_factor: 0.5 }, /partial_rotary_factor is 0.5; this is not supported/],
  [
    {
      model_type: 'gpt_neox',
      hidden_size: 8,
      num_attention_heads: 2,
      vocab_size: 5,
      num_hidden_layers: 1,
      rotary_pct: 0.25,
    },
    /rotary_pct .* even/,
  ],
  [[], /not a JSON object/],
])('a configuration that is not covered is refused by field: %j', (config, message) => {
  expect(() => decoderOf(config, 'config.json')).toThrow(ModelError)
  expect(() => decoderOf(config, 'config.json')).toThrow(message)
})
