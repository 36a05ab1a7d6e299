import type { CliCommand, Host } from '../host.ts'
import { UserError } from '../user-error.ts'

/** `assay init [PLACE]`: a first pipeline to go on from. Overwrites nothing; asks nothing. */
export const init: CliCommand = {
  register(program, host) {
    program
      .command('init')
      .description('write a commented first pipeline, and keep the store out of git')
      .argument('[place]', 'folder to write pipeline.yaml in, or the .yaml file itself', '.')
      .action((place: string) => writeStarter(place, host))
  },
}

async function writeStarter(place: string, host: Host): Promise<void> {
  const { basename, dirname, join, relative, resolve } = await import('node:path')
  const [{ probe }, { writeStarterFiles }] = await Promise.all([
    import('../load-pipeline.ts'),
    import('../starter-files.ts'),
  ])
  if (place.trim() === '')
    throw new UserError('the place has no name', 'write `assay init FOLDER`, or nothing for this one')
  const target = resolve(host.cwd, place)
  const there = probe(target)
  if (there === 'file')
    throw new UserError(`${place} exists already`, 'name another file, such as `assay init first.yaml`')
  const file = there === undefined && /\.ya?ml$/.test(target) ? target : join(target, 'pipeline.yaml')
  const shown = (path: string): string => {
    const name = relative(host.cwd, path)
    return name.startsWith('..') ? path : name
  }
  if (probe(file) !== undefined)
    throw new UserError(`${shown(file)} exists already`, 'name another file, such as `assay init first.yaml`')

  const folder = dirname(file)
  const name = file === target ? basename(file).replace(/\.ya?ml$/, '') : basename(folder)
  for (const { path, did } of writeStarterFiles({ file, name }, shown(file)))
    host.stdout.write(`${did} ${shown(path)}\n`)
  host.stdout.write(`\nnext: assay check ${shown(file)}\n      assay run ${shown(file)}\n`)
}
