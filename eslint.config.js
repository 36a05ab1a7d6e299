import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

const limits = {
  'max-lines': ['error', { max: 400 }],
  'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
  'max-params': ['error', 3],
}

export default defineConfig(
  globalIgnores([
    '**/*.as.ts',
    '**/*.generated.ts',
    'dist/',
    'coverage/',
    '.assay/',
    'runs/',
    'schema/',
    'node_modules/',
  ]),
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...limits,
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // TypeScript already reports these, and says `_` for a name left unused on purpose.
      '@typescript-eslint/no-unused-vars': 'off',
      // A name in brackets says that it may be absent (an index signature), and `as T` what it must be.
      '@typescript-eslint/dot-notation': 'off',
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Contracts are interfaces with methods, and parameters take them apart; a method that needs its object is one of a
      // class with #private fields, and says so at once.
      '@typescript-eslint/unbound-method': 'off',
      // A record or a type, whichever reads better.
      '@typescript-eslint/consistent-type-definitions': 'off',
    },
  },
  {
    // Typed arrays in numeric loops: the index is right by the loop's own bounds, and a check a step would cost time.
    files: ['src/engine/**', 'src/lab/**', 'src/base/did-you-mean.ts', 'bench/**', 'test/**'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off', '@typescript-eslint/prefer-for-of': 'off' },
  },
  {
    // Declares what a runtime has.
    files: ['**/*.d.ts'],
    rules: { '@typescript-eslint/no-extraneous-class': 'off' },
  },
  {
    // A suite is one long function, and says what it needs in its own words.
    files: ['test/**', 'bench/**'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    extends: [tseslint.configs.base],
    rules: { ...limits, 'no-undef': 'off' },
  },
)
