// Who may import whom; type-only imports count. The rule, whole: base ← nothing · stage ← base · compiler ← base, stage ·
// orchestrator ← base, stage, compiler · engine ← base · lab ← base, stage, engine · reporters ← base, stage, orchestrator ·
// cli ← all.
const mayImport = {
  base: [],
  stage: ['base'],
  compiler: ['base', 'stage'],
  orchestrator: ['base', 'stage', 'compiler'],
  engine: ['base'],
  lab: ['base', 'stage', 'engine'],
  reporters: ['base', 'stage', 'orchestrator'],
}

/** A package that only one place knows, so that the rest loads without it and it can be exchanged. */
const walls = [
  { name: 'onnxruntime', packages: ['onnxruntime-node', 'onnxruntime-common'], only: '^src/engine/runtime/' },
  { name: 'ink', packages: ['ink', 'react', 'react-dom'], only: '^src/reporters/tui/' },
  { name: 'yaml', packages: ['yaml'], only: '^src/compiler/(?:document|parse-yaml)\\.ts$' },
  { name: 'prettier', packages: ['prettier'], only: '^src/compiler/format\\.ts$' },
]

const rooms = Object.entries(mayImport).map(([room, others]) => ({
  name: `${room}-imports-${others.length === 0 ? 'no-room' : `only-${others.join('-')}`}`,
  comment: `src/${room} may import ${others.length === 0 ? 'no other room' : `only ${others.join(', ')}`}.`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: `^src/(${[room, ...others].join('|')})/` },
}))

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that import each other, over however many steps, cannot be read apart.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'imports-resolve',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'src-imports-no-tests',
      comment: 'What is shipped imports neither tests nor benchmarks nor scripts.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|scripts)/' },
    },
    {
      name: 'src-imports-no-dev-packages',
      comment: 'What is shipped imports only what package.json lists under dependencies.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: 'node_modules/@types/' },
    },
    ...rooms,
    ...walls.map(({ name, packages, only }) => ({
      name: `${name}-wall`,
      comment: `Only ${only} imports ${packages.join(', ')}.`,
      severity: 'error',
      from: { path: '^src/', pathNot: only },
      // The bare name counts too: that is what a package looks like that is not installed.
      to: { path: `(^|/node_modules/|^node_modules/)(@types/)?(${packages.join('|')})(/|$)` },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mts', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
}
