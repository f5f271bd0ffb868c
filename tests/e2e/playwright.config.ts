import { defineConfig } from 'playwright/test'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')
const report = process.env['CHARTKEEP_REPORT']

/**
 * Real Electron, real keyring, Chromium's sandbox on. No retries: a test that needs one is a defect. No traces, videos or screenshots
 * on failure: they would keep what the app showed.
 */
export default defineConfig({
  // What takes longest in one piece begins first.
  projects: [
    { name: 'security', testDir: join(root, 'tests', 'security'), testMatch: '**/*.test.ts' },
    { name: 'e2e', testDir: join(root, 'tests', 'e2e'), testMatch: '**/*.test.ts' },
  ],
  globalSetup: join(import.meta.dirname, 'harness', 'global-set-up.ts'),
  outputDir: join(root, 'test-results', 'playwright'),
  workers: 2,
  retries: 0,
  forbidOnly: true,
  // A dead line, not a pace: two workstations on two cores that others use too.
  timeout: 120_000,
  expect: { timeout: 10_000 },
  use: { trace: 'off', screenshot: 'off', video: 'off' },
  reporter: report === undefined ? [['list']] : [['list'], ['json', { outputFile: report }]],
})
