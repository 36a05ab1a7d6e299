import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSae, writeSae } from '../../../../src/lab/experiments/sae/sae-file.ts'

const sae = {
  width: 2,
  features: 3,
  encoder: Float32Array.of(1, 2, 3, 4, 5, 6),
  encoderBias: Float32Array.of(1, 2, 3),
  decoder: Float32Array.of(6, 5, 4, 3, 2, 1),
  decoderBias: Float32Array.of(7, 8),
}

/** A folder as SAELens writes it. */
async function folder(config?: unknown): Promise<string> {
  const place = join(await mkdtemp(join(tmpdir(), 'assay-sae-')), 'sae')
  await mkdir(place)
  await writeSae(join(place, 'sae_weights.safetensors'), sae)
  if (config !== undefined) await writeFile(join(place, 'cfg.json'), JSON.stringify(config))
  return place
}

test('a file alone takes b_dec off first, unless told otherwise', async () => {
  const file = join(await folder(), 'sae_weights.safetensors')
  expect(await readSae(file)).toEqual({ ...sae, centred: true })
  expect(await readSae(file, false)).toEqual({ ...sae, centred: false })
})
test('a folder of SAELens says itself what its numbers mean', async () => {
  const place = await folder({ architecture: 'standard', apply_b_dec_to_input: false, normalize_activations: 'none' })
  expect(await readSae(place)).toMatchObject({ centred: false })
  expect(await readSae(place, true)).toMatchObject({ centred: true })
  expect(await readSae(await folder({ activation_fn_kwargs: { k: 2 } }))).toMatchObject({ k: 2, centred: true })
  expect(await readSae(await folder({ architecture: 'topk', k: 1, activation_fn_kwargs: null }))).toMatchObject({
    k: 1,
  })
  expect(await readSae(await folder())).toMatchObject({ centred: true })
})
test('activations scaled in a way that is not known here are refused', async () => {
  await expect(readSae(await folder({ normalize_activations: 'expected_average_only_in' }))).rejects.toThrow(
    /reads activations scaled by "expected_average_only_in"/,
  )
  await expect(readSae(tmpdir())).rejects.toThrow('has no sae_weights.safetensors')
  await expect(readSae(await folder([1]))).rejects.toThrow(/cfg\.json is not a JSON object/)
})
