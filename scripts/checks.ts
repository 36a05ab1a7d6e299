import type { Part } from './part.ts'

/** What `npm run check` holds the source to, slowest first. */
export const checks: readonly Part[] = [
  { name: 'lint', command: ['eslint', '.', '--max-warnings=0'], help: 'see the rule named beside each place' },
  { name: 'types', command: ['tsc', '--noEmit', '-p', '.'], help: 'the types do not fit' },
  { name: 'format', command: ['prettier', '--check', '--log-level=warn', '.'], help: 'npm run format' },
  {
    name: 'imports',
    command: ['depcruise', '--config', '.dependency-cruiser.cjs', 'src', 'test', 'scripts', 'bench'],
    help: 'who may import whom is in .dependency-cruiser.cjs',
  },
  { name: 'unused', command: ['knip', '--no-progress'], help: 'delete what nobody uses' },
  {
    name: 'shipped',
    command: ['knip', '--no-progress', '--production', '--include', 'files,dependencies'],
    help: 'only tests use these; what nobody ships belongs in test/, or nowhere',
  },
  { name: 'kernel', command: ['node', 'scripts/build-kernel.mjs', '--check'], help: 'npm run build:kernel' },
  { name: 'generated', command: ['tsx', 'scripts/generate.ts', '--check'], help: 'npm run generate' },
]
