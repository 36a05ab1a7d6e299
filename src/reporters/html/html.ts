/** A piece of HTML that is already safe to insert. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}
export type HtmlValue = Html | string | number | false | undefined | readonly HtmlValue[]

/** Indentation of a template in the source is not the page's; white space of values is. */
const indentation = /\n[ ]+/g

/** A template whose values are escaped unless they are {@link Html} themselves; `false` and `undefined` leave nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(
    parts
      .map((part, index) => part.replace(indentation, '\n') + (index < values.length ? toText(values[index]) : ''))
      .join(''),
  )
}

export function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

function toText(value: HtmlValue): string {
  if (value === undefined || value === false) return ''
  if (value instanceof Html) return value.text
  if (typeof value === 'string') return escapeHtml(value)
  if (typeof value === 'number') return String(value)
  return value.map(toText).join('')
}

/** HTML cannot hold most control characters, not even escaped. */
const visible = (text: string): string => text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g, '\ufffd')
