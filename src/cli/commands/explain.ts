import { exitCode } from '../exit-code.ts'
import type { CliCommand, Host } from '../host.ts'
import { UserError } from '../user-error.ts'

/** `assay explain [CODE]`: the page of a finding's code, or the list of codes. */
export const explain: CliCommand = {
  register(program, host) {
    program
      .command('explain')
      .description('explain the code of a finding, such as inputs-exist, or list the codes')
      .argument('[code]', 'the word in error[…]')
      .action((code: string | undefined) => showPage(code, host))
  },
}

async function showPage(code: string | undefined, host: Host): Promise<void> {
  const { diagnosticCodes, diagnosticPage, summaryOf } = await import('../diagnostic-page.ts')
  const codes = diagnosticCodes()
  if (code === undefined) {
    const width = Math.max(...codes.map(({ length }) => length))
    const rows = codes.map((one) => `${one.padEnd(width)}  ${summaryOf(diagnosticPage(one) ?? '')}\n`)
    host.stdout.write(rows.join(''))
    return
  }
  // As it stands in a message: `error[inputs-exist]`.
  const page = diagnosticPage(code.replace(/^.*\[|\].*$/g, ''))
  if (page !== undefined) {
    host.stdout.write(page)
    return
  }
  const { didYouMean } = await import('../../base/did-you-mean.ts')
  const [near] = didYouMean(code, codes)
  const help = near === undefined ? `the codes are ${codes.join(', ')}` : `did you mean \`assay explain ${near}\`?`
  throw new UserError(`there is no code \`${code}\``, help, exitCode.badInput)
}
