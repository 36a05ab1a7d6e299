import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { StageCatalog } from '../stage/catalog.ts'
import type { Host } from './host.ts'
import { UserError } from './user-error.ts'

/**
 * The kinds a pipeline can name: assay's own, or those of the module that ASSAY_CATALOG names (it exports `catalog`).
 * Worker processes inherit the variable and so load the same ones.
 */
export async function loadCatalog({ cwd, env }: Pick<Host, 'cwd' | 'env'>): Promise<StageCatalog> {
  const other = env['ASSAY_CATALOG']
  if (other === undefined || other === '') {
    const [{ catalog }, { useReadyValidators }] = await Promise.all([
      import('../lab/index.ts'),
      import('../compiler/validate-params.ts'),
    ])
    useReadyValidators(catalog.all())
    return catalog
  }
  const module = (await import(pathToFileURL(resolve(cwd, other)).href)) as { readonly catalog?: StageCatalog }
  if (module.catalog === undefined) throw new UserError(`ASSAY_CATALOG: ${other} does not export \`catalog\``)
  return module.catalog
}
