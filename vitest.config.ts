import { defineConfig } from 'vitest/config'

/** Unit specs stand beside their module; what crosses processes or the network is in `tests/integration`. */
export default defineConfig({
  test: {
    // Below a folder that whoever runs the tests owns: Vitest moves it away once other packages are installed, which takes the right to its parent.
    fsModuleCachePath: 'node_modules/.cache/vitest',
    // Types come from the checker; Vitest only runs.
    projects: [
      {
        test: {
          name: 'unit',
          // A dead line, not a pace: two cores that others use too.
          testTimeout: 20_000,
          // Half of the time went into loading the same modules anew for each spec. So specs share them: a spec leaves nothing behind (real
          // clocks, its own folders), and a module that registers hooks when it is loaded belongs to an integration test.
          isolate: false,
          include: ['{shared,electron,sandbox,renderer,build}/**/*.test.{ts,tsx}', 'tests/unit/**/*.test.ts'],
          setupFiles: ['tests/chance.ts'],
        },
      },
      {
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'size',
          include: ['tests/size/**/*.test.ts'],
          testTimeout: 3_600_000,
        },
      },
    ],
  },
})
