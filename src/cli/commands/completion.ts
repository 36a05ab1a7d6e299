import { Argument } from 'commander'
import type { CliCommand } from '../host.ts'
import type { Completions } from '../completion/completions.ts'

const shells = ['bash', 'zsh', 'fish'] as const
type Shell = (typeof shells)[number]

/** `assay completion SHELL`: a script that lets a shell complete commands, options, kinds and pipeline files. */
export const completion: CliCommand = {
  register(program, host) {
    program
      .command('completion')
      .description('print a completion script for a shell')
      .addArgument(new Argument('<shell>', 'which shell').choices(shells))
      .addHelpText(
        'after',
        `
To turn it on:
  bash  source <(assay completion bash)       in ~/.bashrc
  zsh   source <(assay completion zsh)        in ~/.zshrc, after compinit
  fish  assay completion fish > ~/.config/fish/completions/assay.fish`,
      )
      .action(async (shell: Shell) => {
        const [{ completionsOf }, { diagnosticCodes }, { loadCatalog }, print] = await Promise.all([
          import('../completion/completions.ts'),
          import('../diagnostic-page.ts'),
          import('../load-catalog.ts'),
          printerOf(shell),
        ])
        const catalog = await loadCatalog(host)
        const known = { kind: catalog.names(), code: diagnosticCodes() }
        host.stdout.write(print(completionsOf(program, known)))
      })
  },
}

async function printerOf(shell: Shell): Promise<(completions: Completions) => string> {
  switch (shell) {
    case 'bash':
      return (await import('../completion/bash.ts')).bashCompletion
    case 'zsh':
      return (await import('../completion/zsh.ts')).zshCompletion
    case 'fish':
      return (await import('../completion/fish.ts')).fishCompletion
  }
}
