import { expect, test } from 'vitest'
import { html, Html } from '../../../src/reporters/html/html.ts'

test('values are escaped, HTML is not escaped again, nothing comes of false and undefined', () => {
  const inner = html`<b>${'a & b'}</b>`
  expect(html`<p title="${`"x'`}">${inner}${['<', 1]}${false}${undefined}</p>`.text).toBe(
    '<p title="&#34;x&#39;"><b>a &#38; b</b>&#60;1</p>',
  )
  expect(html`${new Html('<i>')}`.text).toBe('<i>')
})

test('control characters, which HTML cannot hold, are replaced', () => {
  expect(html`${'a\u0000\u001bb\n'}`.text).toBe('a\ufffd\ufffdb\n')
})
