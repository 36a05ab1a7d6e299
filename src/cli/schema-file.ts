import { fileURLToPath } from 'node:url'

/** The JSON Schema that this package ships. From the sources as from the build, two folders up is the package. */
export const schemaFile = fileURLToPath(new URL('../../schema/pipeline.schema.json', import.meta.url))
