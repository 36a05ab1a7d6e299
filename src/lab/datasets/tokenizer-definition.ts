import { StageError } from '../../stage/stage-context.ts'

/** What is read of a Hugging Face `tokenizer.json`; the rest is the library's. */
export interface TokenizerDefinition {
  readonly model?: { readonly unk_token?: string; readonly unk_id?: number }
  readonly [key: string]: unknown
}

const kinds = ['BPE', 'WordLevel', 'WordPiece', 'Unigram']
const mostTokens = 1e7

type Table = Readonly<Record<string, unknown>>
const isTable = (value: unknown): value is Table => typeof value === 'object' && value !== null && !Array.isArray(value)
const isId = (id: unknown): boolean => Number.isInteger(id) && (id as number) >= 0 && (id as number) < mostTokens
const isText = (value: unknown): boolean => typeof value === 'string'

/** Checks what the library takes on trust: kinds, vocabulary, merges, added tokens. Throws StageError naming file and field. */
export function checkedDefinition(value: unknown, file: string): TokenizerDefinition {
  const refuse = (why: string): never => {
    throw new StageError(`${file} is no tokenizer that can be used here (${why})`)
  }
  if (!isTable(value)) return refuse('it is not a JSON object')
  const model = value['model']
  if (!isTable(model)) return refuse('Tokenizer must contain a "model" property')
  const kind = model['type']
  if (kind !== undefined && !kinds.includes(kind as string))
    refuse(`model.type is ${JSON.stringify(kind)}; supported are ${kinds.join(', ')}`)
  const wrong = Array.isArray(model['vocab']) ? faultOfList(model['vocab']) : faultOfTable(model['vocab'])
  if (wrong !== undefined) refuse(`model.vocab ${wrong}`)
  if (kind === 'BPE' && !isListOf(model['merges'], isMerge)) refuse('model.merges is no list of pairs')
  if (!isListOf(value['added_tokens'] ?? [], (one) => isTable(one) && isId(one['id']) && isText(one['content'])))
    refuse('added_tokens is no list of tokens with an id and their content')
  const parts = { normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null }
  return { added_tokens: [], ...parts, ...value }
}

const isListOf = (value: unknown, holds: (one: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(holds)
const isMerge = (one: unknown): boolean => isText(one) || (isListOf(one, isText) && (one as unknown[]).length === 2)

/** Unigram: texts with their log probabilities, a text's place being its id. */
function faultOfList(vocabulary: readonly unknown[]): string | undefined {
  const isPair = (one: unknown): boolean => Array.isArray(one) && isText(one[0]) && typeof one[1] === 'number'
  return vocabulary.length > 0 && vocabulary.every(isPair) ? undefined : 'is no list of texts with their scores'
}

function faultOfTable(vocabulary: unknown): string | undefined {
  const entries = isTable(vocabulary) ? Object.entries(vocabulary) : []
  if (entries.length === 0) return 'has no tokens'
  const wrong = entries.find(([, id]) => !isId(id))
  return wrong && `gives ${JSON.stringify(wrong[0])} the number ${JSON.stringify(wrong[1])}, which is no token's`
}
