import boundaries from 'eslint-plugin-boundaries';
import importX from 'eslint-plugin-import-x';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

// The arrows of the page: ui knows no business, parts are what several features show,
// features do not know each other, routes put features together.
const below = ['api', 'i18n', 'ui'];
const arrows = {
  api: ['api'],
  i18n: ['i18n'],
  ui: below,
  live: [...below, 'live'],
  softphone: [...below, 'softphone'],
  parts: [...below, 'live', 'softphone', 'parts'],
  features: [...below, 'live', 'softphone', 'parts'],
  routes: [...below, 'live', 'softphone', 'parts', 'features', 'routes', 'app'],
  app: [...below, 'live', 'routes', 'app'],
};

export default tseslint.config(
  { ignores: ['node_modules', '../dist', 'src/routeTree.gen.ts', 'src/api/schema.ts'] },
  ...tseslint.configs.recommendedTypeChecked.map((c) => ({ ...c, files: ['src/**/*.{ts,tsx}', 'e2e/**/*.ts'] })),
  {
    files: ['src/**/*.{ts,tsx}', 'e2e/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/only-throw-error': 'off', // the router's redirect is thrown
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    plugins: { boundaries, 'import-x': importX, 'react-hooks': reactHooks },
    settings: {
      ...importX.flatConfigs.typescript.settings,
      'import-x/resolver': { typescript: { project: './tsconfig.json' } },
      'import/resolver': { typescript: { project: './tsconfig.json' } },
      'boundaries/elements': [
        ...Object.keys(arrows)
          .filter((type) => type !== 'features')
          .map((type) => ({ type, pattern: `src/${type}` })),
        { type: 'features', pattern: 'src/features/*', capture: ['name'] },
      ],
    },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      'import-x/no-cycle': 'error',
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          policies: [
            ...Object.entries(arrows).map(([from, to]) => ({ from: { element: { type: from } }, allow: { to: { element: { type: to } } } })),
            {
              from: { element: { type: 'features' } },
              allow: { to: { element: { type: 'features', captured: { name: '{{ from.element.captured.name }}' } } } },
            },
          ],
        },
      ],
    },
  },
);
