import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { exitCode } from '../exit-code.ts'
import type { CliCommand, Host } from '../host.ts'
import { schemaFile } from '../schema-file.ts'
import { UserError } from '../user-error.ts'

interface SchemaOptions {
  readonly write?: true
  readonly check?: true
}

/** `assay schema`: the JSON Schema of pipeline files, generated from the catalog. */
export const schema: CliCommand = {
  register(program, host) {
    program
      .command('schema')
      .description('print the JSON Schema of pipeline files, for editors')
      .option('--write', 'write it to schema/pipeline.schema.json of this package')
      .option('--check', 'fail if that file is not the one that would be written')
      .action((options: SchemaOptions) => showSchema(options, host))
  },
}

async function showSchema(options: SchemaOptions, host: Host): Promise<void> {
  const [{ schemaText }, { loadCatalog }] = await Promise.all([
    import('../../compiler/schema.ts'),
    import('../load-catalog.ts'),
  ])
  const text = schemaText(await loadCatalog(host))
  if (options.check === true) {
    const isFresh = existsSync(schemaFile) && readFileSync(schemaFile, 'utf8') === text
    if (!isFresh)
      throw new UserError(
        `${schemaFile} is not what the stage kinds say`,
        'write it anew with `assay schema --write`',
        exitCode.badInput,
      )
    host.stdout.write('the schema is fresh\n')
  } else if (options.write === true) {
    mkdirSync(dirname(schemaFile), { recursive: true })
    writeFileSync(schemaFile, text)
    host.stdout.write(`wrote ${schemaFile}\n`)
  } else host.stdout.write(text)
}
