import { exitCode } from '../exit-code.ts'
import type { CliCommand, Host } from '../host.ts'
import { UserError } from '../user-error.ts'

/** `assay kinds [KIND]`: what a pipeline can be made of. */
export const kinds: CliCommand = {
  register(program, host) {
    program
      .command('kinds')
      .description('list the stage kinds, or document one')
      .argument('[kind]', 'name of a kind')
      .action((name: string | undefined) => showKinds(name, host))
  },
}

async function showKinds(name: string | undefined, host: Host): Promise<void> {
  const [{ loadCatalog }, { describeKind, listKinds }, { wantsColor }] = await Promise.all([
    import('../load-catalog.ts'),
    import('../kind-page.ts'),
    import('../host.ts'),
  ])
  const catalog = await loadCatalog(host)
  const look = { color: wantsColor(host.stdout, host.env), columns: host.stdout.columns ?? 100 }
  if (name === undefined) {
    host.stdout.write(listKinds(catalog.all(), look))
    return
  }
  const kind = catalog.get(name)
  if (kind !== undefined) {
    host.stdout.write(describeKind(kind, catalog, look))
    return
  }
  const { didYouMean } = await import('../../base/did-you-mean.ts')
  const [near] = didYouMean(name, catalog.names())
  const help = near === undefined ? `the kinds are ${catalog.names().join(', ')}` : `did you mean \`${near}\`?`
  throw new UserError(`there is no stage kind \`${name}\``, help, exitCode.badInput)
}
