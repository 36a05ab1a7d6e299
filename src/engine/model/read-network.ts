import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { architectures } from './architectures/index.ts'
import { ConfigFields, ModelError } from './config-fields.ts'
import { decoderOf, readConfig } from './config.ts'
import { loadModelWeights } from './load-weights.ts'
import type { Network } from './network.ts'
import { decoderNetwork } from './networks/decoder-network.ts'
import { mlp } from './networks/mlp.ts'
import { readOnnxNetwork } from './networks/onnx-network.ts'
import { renamed } from './stored-names.ts'
import type { Weights } from './weights.ts'

const decoders = Object.keys(architectures)

/**
 * Reads the network of a model folder, of whatever kind: what its `config.json` describes, or its `model.onnx` where
 * there is none, or one of an architecture that is not known here. Throws ModelError.
 */
export async function readNetwork(folder: string): Promise<Network> {
  const [config, onnx] = [join(folder, 'config.json'), join(folder, 'model.onnx')]
  const hasGraph = await isFile(onnx)
  if (hasGraph && !(await isFile(config))) return readOnnxNetwork(onnx)
  const raw = await readConfig(folder)
  const known = [...decoders, 'mlp'].some((type) => new ConfigFields(raw, config).is('model_type', type))
  return hasGraph && !known ? readOnnxNetwork(onnx) : networkOf(raw, config)
}

/** The network that a configuration describes; `file` is for messages. Throws ModelError naming the field. */
export function networkOf(raw: unknown, file: string): Network {
  const fields = new ConfigFields(raw, file)
  if (fields.choice('model_type', [...decoders, 'mlp']) !== 'mlp') return decoderNetwork(decoderOf(raw, file))
  const network = mlp(fields)
  const translate = renamed(fields.texts('names'), network)
  return translate === undefined ? network : { ...network, translate }
}

/** Fills the weights with those of the model folder: its safetensors, or else those inside its own file. */
export async function loadNetworkWeights(folder: string, network: Network, weights: Weights): Promise<void> {
  const stored = await Promise.all(
    ['model.safetensors', 'model.safetensors.index.json'].map((file) => isFile(join(folder, file))),
  )
  if (network.own === undefined || stored.includes(true)) return loadModelWeights(folder, { decoder: network, weights })
  for (const [name, { data }] of weights.tensors) {
    const values = network.own.get(name)!
    const bad = values.findIndex((value) => !Number.isFinite(value))
    if (bad >= 0)
      throw new ModelError(
        `${join(folder, 'model.onnx')}: initializer "${name}" holds ${values[bad]!} at element ${bad}`,
      )
    ;(data as Float32Array).set(values)
  }
}

const isFile = (file: string): Promise<boolean> =>
  stat(file).then(
    (found) => found.isFile(),
    () => false,
  )
