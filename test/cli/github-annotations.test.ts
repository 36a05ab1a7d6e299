import { expect, it } from 'vitest'
import type { Diagnostic } from '../../src/base/diagnostic.ts'
import { githubAnnotations } from '../../src/cli/github-annotations.ts'

const finding: Diagnostic = {
  code: 'some-rule',
  severity: 'warning',
  message: '95 % of: a,\nb',
  span: { file: '/p/a, b:c%.yaml', line: 3, column: 5, offset: 20, length: 4 },
  help: 'mend it',
}

it('is one line, with what GitHub would read as its own escaped', () => {
  expect(githubAnnotations([finding], '/p')).toBe(
    '::warning file=a%2C b%3Ac%25.yaml,line=3,col=5,title=some-rule::95 %25 of: a,%0Ab%0Ahelp: mend it\n',
  )
})
it('cannot be made to give another command', () => {
  const lines = githubAnnotations([{ ...finding, message: 'x\r\n::set-output name=a::b' }], '/p').split('\n')
  expect(lines).toHaveLength(2)
  expect(lines[0]).toMatch(/^::warning [^\r]*$/)
})
it('is empty for no findings', () => {
  expect(githubAnnotations([], '/p')).toBe('')
})
