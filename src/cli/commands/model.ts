import { Argument, type Command } from 'commander'
import { plainText } from '../../reporters/text/plain-text.ts'
import { exitCode } from '../exit-code.ts'
import type { CliCommand, Host } from '../host.ts'
import { UserError } from '../user-error.ts'

interface ModelFlags {
  readonly size?: readonly string[]
  readonly json?: boolean
  readonly graph?: boolean
  readonly select?: string
}

/**
 * `assay model inspect`: what a model file or folder holds, and where gradients pass. `assay model parameters`: which
 * weights a selection such as `head 0.3` names.
 */
export const model: CliCommand = {
  register(program: Command, host: Host) {
    program
      .command('model')
      .description('inspect a model: an ONNX file, a safetensors file or a model folder')
      .addArgument(new Argument('<action>', 'what to do').choices(['inspect', 'parameters']))
      .argument('<place>', 'file or folder')
      .option('--size <name=number...>', 'size of a free dimension, such as batch=4 (default: 2)')
      .option('--graph', 'print the graph instead, a line a node')
      .option('--select <parameters>', 'of parameters: which, such as "layer 0 mlp" or "head 0.3" (default: all)')
      .option('--json', 'write everything as JSON')
      .action((action: string, place: string, flags: ModelFlags) =>
        action === 'parameters' ? parameters(place, flags, host) : inspect(place, flags, host),
      )
  },
}

async function inspect(place: string, flags: ModelFlags, host: Host): Promise<void> {
  const { resolve } = await import('node:path')
  const { describeModel } = await import('../../engine/inspect/describe-model.ts')
  const { ModelError } = await import('../../engine/model/config-fields.ts')
  const sizes = Object.fromEntries((flags.size ?? []).map(sizeOf))
  try {
    const { description, graph } = await describeModel(resolve(host.cwd, place), sizes)
    if (flags.graph === true) {
      if (graph === undefined) throw new UserError(`${place} has no graph to print`)
      const { printGraph } = await import('../../engine/onnx/print.ts')
      host.stdout.write(plainText(printGraph(graph)))
    } else if (flags.json === true) {
      host.stdout.write(`${JSON.stringify({ version: 1, ...description, path: place }, null, 2)}\n`)
    } else {
      const { modelPage } = await import('../model-page.ts')
      host.stdout.write(plainText(modelPage({ ...description, path: place })))
    }
  } catch (error) {
    if (error instanceof ModelError) throw new UserError(plainText(error.message), undefined, exitCode.badInput)
    throw error
  }
}

async function parameters(place: string, flags: ModelFlags, host: Host): Promise<void> {
  const { resolve } = await import('node:path')
  const { readNetwork } = await import('../../engine/model/read-network.ts')
  const { selectParameters } = await import('../../engine/model/selection/select-parameters.ts')
  const { ModelError } = await import('../../engine/model/config-fields.ts')
  const { parametersPage } = await import('../parameters-page.ts')
  try {
    const network = await readNetwork(resolve(host.cwd, place))
    const heads = network.decoder?.heads
    const selectable = { ...network, ...(heads === undefined ? {} : { heads }) }
    const selected = selectParameters(flags.select ?? 'all', selectable)
    const { count, size } = selected.region
    const json = {
      version: 1,
      path: place,
      select: flags.select ?? 'all',
      elements: count,
      of: size,
      tensors: selected.tensors,
    }
    host.stdout.write(flags.json === true ? `${JSON.stringify(json, null, 2)}\n` : plainText(parametersPage(json)))
  } catch (error) {
    if (error instanceof ModelError) throw new UserError(plainText(error.message), undefined, exitCode.badInput)
    throw error
  }
}

function sizeOf(text: string): [string, number] {
  const [, name, size] = /^(.+)=(\d{1,9})$/.exec(text) ?? []
  if (name === undefined || size === undefined)
    throw new UserError(`--size ${text} is not name=number`, 'such as --size batch=4')
  return [name, Number(size)]
}
