import { TextDocument } from 'vscode-languageserver-textdocument'
import { getLanguageService, type LanguageService } from 'yaml-language-server'
import type { JsonObject } from '../../src/base/json.ts'

/** What the YAML language server, as editors run it, says of a text under a schema. `¦` in a text is the cursor. */
export interface YamlEditor {
  /** Labels offered at the cursor. */
  complete(text: string): Promise<string[]>
  /** The hover text over the place after the cursor; empty where there is none. */
  hover(text: string): Promise<string>
  /** Findings as `line:column message`, lines and columns from 1. */
  validate(text: string): Promise<string[]>
}

export function openYamlEditor(schema: JsonObject): YamlEditor {
  const service = openService(schema)
  return {
    complete: async (text) => {
      const { document, position } = cursorIn(text)
      const { items } = await service.doComplete(document, position, false)
      return items.map(({ label }) => label)
    },
    hover: async (text) => {
      const { document, position } = cursorIn(text)
      const hover = await service.doHover(document, position)
      const contents = hover?.contents
      return contents !== undefined && typeof contents === 'object' && 'value' in contents ? contents.value : ''
    },
    validate: async (text) => {
      const found = await service.doValidation(documentOf(text), false)
      return found.map(({ range: { start }, message }) => `${start.line + 1}:${start.character + 1} ${message}`)
    },
  }
}

/** Where the modeline of a pipeline in file:///p/ says that the schema is. */
const address = 'file:///schema/pipeline.schema.json'

function openService(schema: JsonObject): LanguageService {
  const service = getLanguageService({
    schemaRequestService: (uri) =>
      uri === address
        ? Promise.resolve(JSON.stringify(schema))
        : Promise.reject(new Error(`nothing is fetched, not even ${uri}`)),
    workspaceContext: { resolveRelativePath: (path) => path },
  })
  // The server resolves references in place.
  const own = structuredClone(schema)
  service.configure({
    validate: true,
    hover: true,
    completion: true,
    schemas: [{ uri: address, fileMatch: ['*.yaml'], schema: own }],
  })
  return service
}

/** Servers of one process share what they have parsed, by address and version. */
let version = 0
const documentOf = (text: string): TextDocument => TextDocument.create('file:///p/x.yaml', 'yaml', ++version, text)

function cursorIn(text: string): { document: TextDocument; position: ReturnType<TextDocument['positionAt']> } {
  const at = text.indexOf('¦')
  if (at === -1) throw new Error('the text has no ¦')
  const document = documentOf(text.replace('¦', ''))
  return { document, position: document.positionAt(at) }
}
