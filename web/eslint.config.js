/** What the linter holds the app to: strict types, accessibility, and who may import whom. */
import js from '@eslint/js'
import jsxA11y from 'eslint-plugin-jsx-a11y'
import reactHooks from 'eslint-plugin-react-hooks'
import globals from 'globals'
import tseslint from 'typescript-eslint'

/**
 * Shared code, then features, then the app: each may import only what stands before it, across folders always by
 * `@/`. A feature shows others what its `index.ts` exports, and nothing else.
 */
const mayNotImport = (files, ...patterns) => ({
  files,
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: patterns.map((regex) => ({
          regex,
          message: 'This import goes against the layers of the app.',
        })),
      },
    ],
  },
})

export default tseslint.config(
  { ignores: ['dist', 'src/api/schema.d.ts'] },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks, 'jsx-a11y': jsxA11y },
    languageOptions: { globals: globals.browser },
    rules: {
      ...reactHooks.configs.recommended.rules,
      ...jsxA11y.flatConfigs.strict.rules,
      'jsx-a11y/no-autofocus': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'JSXAttribute[name.name="dangerouslySetInnerHTML"]',
          message: 'Text from people and files is shown as text, never as markup.',
        },
      ],
    },
  },
  mayNotImport(['src/lib/**'], '^@/(api|ui|features|app)', '^\\.\\./'),
  mayNotImport(['src/api/**'], '^@/(ui|features|app)', '^\\.\\./'),
  mayNotImport(['src/ui/*'], '^@/(features|app)', '^\\.\\./'),
  mayNotImport(['src/ui/*/**'], '^@/(features|app)', '^\\.\\./\\.\\./'),
  mayNotImport(['src/features/*/*'], '^@/app', '^@/features/[^/]+/', '^\\.\\./'),
  mayNotImport(['src/features/*/*/**'], '^@/app', '^@/features/[^/]+/', '^\\.\\./\\.\\./'),
  { files: ['scripts/**', '*.config.*'], languageOptions: { globals: globals.node } },
  { files: ['public/**'], languageOptions: { globals: globals.browser } },
)
