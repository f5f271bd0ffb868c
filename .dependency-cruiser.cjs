/** Who may import whom. Each rule is one sentence of docs/adr/0002-house.md. */
const from = (path, extra = {}) => ({ path, ...extra })

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolves', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: ['^(electron|original-fs)$', '^@medplum/fhirtypes$'] } },
    {
      name: 'shared-imports-zod-and-fhir-types-alone',
      severity: 'error',
      from: from('^shared/', { pathNot: '[.]test[.]ts$' }),
      to: { pathNot: ['^shared/', 'node_modules/zod/', '@medplum/fhirtypes'] },
    },
    {
      name: 'renderer-never-imports-electron',
      severity: 'error',
      from: from('^renderer/'),
      to: { path: ['^electron/', '^sandbox/', '^build/', 'node_modules/electron/'] },
    },
    {
      name: 'ui-knows-no-feature-and-no-bridge',
      severity: 'error',
      from: from('^renderer/ui/'),
      to: { path: ['^renderer/(features|bridge|app)/', '^shared/(contract|clinical)/'] },
    },
    {
      name: 'only-the-bridge-reads-the-window',
      severity: 'error',
      from: from('^renderer/', { pathNot: '^renderer/bridge/' }),
      to: { path: '^shared/bridge[.]ts$' },
    },
    {
      name: 'a-feature-is-entered-by-its-index',
      severity: 'error',
      from: from('^renderer/features/([^/]+)/'),
      to: { path: '^renderer/features/([^/]+)/(?!index[.]tsx?$)', pathNot: '^renderer/features/$1/' },
    },
    {
      name: 'the-preload-carries-no-logic',
      severity: 'error',
      from: from('^electron/preload[.]ts$'),
      to: { path: ['^electron/(vault|auth|session|audit|records|windows|policy)/', '^renderer/'], pathNot: '^electron/records/protocol[.]ts$' },
    },
    {
      name: 'records-is-another-process',
      severity: 'error',
      from: from('^electron/records/'),
      to: { path: '^electron/(vault|auth|session|windows|audit)/' },
    },
    {
      name: 'main-never-imports-records',
      severity: 'error',
      from: from('^electron/', { pathNot: '^electron/records/|[.]test[.]ts$' }),
      to: { path: '^electron/records/', pathNot: '^electron/records/protocol[.]ts$' },
    },
    {
      name: 'the-verifier-shares-no-code-with-the-writer',
      severity: 'error',
      from: from('^electron/audit/verify/', { pathNot: '[.]test(ing)?[.]ts$' }),
      to: { pathNot: ['^electron/audit/verify/(?!.*[.]testing[.]ts$)', '^electron/audit/format[.]ts$'], dependencyTypesNot: ['core'] },
    },
    {
      name: 'the-writer-shares-no-code-with-the-verifier',
      severity: 'error',
      from: from('^electron/', { pathNot: '^electron/audit/verify/|^electron/main[.]ts$|[.]test[.]ts$' }),
      to: { path: '^electron/audit/verify/' },
    },
    {
      name: 'a-vendors-module-is-loaded-in-a-process-of-its-own',
      severity: 'error',
      from: from('^electron/', { pathNot: '^electron/vault/hsm/(main|carry-out|log-in|token|cryptoki|native|hsm[.]test)[.]ts$' }),
      to: { path: ['node_modules/koffi/', '^electron/vault/hsm/(main|carry-out|log-in|token|cryptoki|native)[.]ts$'] },
    },
    {
      name: 'electron-in-adapters-only',
      severity: 'error',
      from: from('^electron/', {
        pathNot: '^electron/(main|compose|preload)[.]ts$|^electron/windows/|^electron/(records|auth/clerk|vault/hsm)/main[.]ts$|[.]electron[.]ts$',
      }),
      to: { path: ['^electron$', 'node_modules/electron/'] },
    },
    {
      name: 'sandbox-imports-shared-at-most',
      severity: 'error',
      from: from('^sandbox/'),
      to: { path: '^(electron|renderer|build|tests)/' },
    },
    {
      name: 'nothing-shipped-imports-sandbox-or-tests',
      severity: 'error',
      from: from('^(electron|renderer|shared)/'),
      to: { path: '^(sandbox|tests|build)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(out|[.]chartkeep|test-results)/' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'], exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
}
