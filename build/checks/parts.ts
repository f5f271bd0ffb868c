import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { scriptEnvironment } from '../run/app.ts'
import type { Scene } from '../run/command.ts'
import { playwrightTally, vitestTally } from './tally.ts'
import type { Tally } from './tally.ts'

/** One thing that a test run runs. */
export interface Part {
  readonly name: string
  /** The script that Node runs, and its arguments. */
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Drives the built application, in the desktop. */
  readonly needsApp?: boolean
  /** Its words go to the terminal as they come; those of the others are shown if they fail. */
  readonly aloud: boolean
  /** Several times what it takes on two cores: what has not ended by then never will. Without it, it goes on as long as it likes. */
  readonly limitMinutes?: number
  readonly count: { readonly by: 'exit code' } | { readonly by: 'report'; readonly file: string; readonly read: (report: unknown) => Tally }
}

/** Minutes. One after the other they are less than the ninety after which CI ends a run from outside, without a word about which test it was. */
const limits = { gate: 10, unit: 10, integration: 20, app: 45 } as const

const bin = (root: string, ...path: string[]): string => join(root, 'node_modules', ...path)

/** Every place that runs in Node or a page has a tsconfig of its own; each counts as a test. */
const typeParts = (root: string): Part[] =>
  globSync('*/tsconfig.json', { cwd: root })
    .filter((file) => !file.startsWith('node_modules'))
    .sort()
    .map((file) => ({
      name: `types: ${file.replace(/[\\/]tsconfig\.json$/, '')}`,
      args: [bin(root, 'typescript', 'bin', 'tsc'), '-p', join(root, file), '--noEmit', '--pretty'],
      aloud: false,
      limitMinutes: limits.gate,
      count: { by: 'exit code' },
    }))

function lintParts(root: string): Part[] {
  const folders = ['build', 'electron', 'renderer', 'sandbox', 'shared', 'tests'].filter((folder) => existsSync(join(root, folder)))
  return [
    {
      name: 'lint',
      args: [bin(root, 'oxlint', 'bin', 'oxlint'), '--type-aware', '--deny-warnings', '--report-unused-disable-directives'],
      aloud: false,
      limitMinutes: limits.gate,
      count: { by: 'exit code' },
    },
    {
      name: 'import rules',
      args: [bin(root, 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs'), '--config', '.dependency-cruiser.cjs', ...folders],
      aloud: false,
      limitMinutes: limits.gate,
      count: { by: 'exit code' },
    },
  ]
}

function vitestPart(root: string, name: 'unit' | 'integration', filters: readonly string[]): Part {
  const file = join(root, 'out', 'results', `${name}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  // All cores: Vitest leaves one idle by itself.
  return {
    name,
    args: [bin(root, 'vitest', 'vitest.mjs'), 'run', '--project', name, '--maxWorkers=100%', ...reporters, ...filters],
    aloud: true,
    limitMinutes: limits[name],
    count: { by: 'report', file, read: vitestTally },
  }
}

function playwrightPart(root: string, name: string, projects: readonly ('e2e' | 'security')[], filters: readonly string[] = []): Part {
  const file = join(root, 'out', 'results', `${name.replaceAll(' ', '-')}.json`)
  const config = join(root, 'tests', 'e2e', 'playwright.config.ts')
  return {
    name,
    args: [bin(root, 'playwright', 'cli.js'), 'test', '--config', config, ...projects.map((project) => `--project=${project}`), ...filters],
    env: { CHARTKEEP_REPORT: file },
    needsApp: true,
    aloud: true,
    limitMinutes: limits.app,
    count: { by: 'report', file, read: playwrightTally },
  }
}

/** What says yes or no without running the code. */
const gates = (root: string): Part[] => [...lintParts(root), ...typeParts(root)]

/** What runs the code. */
export const suites = {
  unit: (root: string, filters: readonly string[] = []) => vitestPart(root, 'unit', filters),
  integration: (root: string, filters: readonly string[] = []) => vitestPart(root, 'integration', filters),
  e2e: (root: string, filters: readonly string[] = []) => playwrightPart(root, 'e2e', ['e2e'], filters),
  security: (root: string, filters: readonly string[] = []) => playwrightPart(root, 'security', ['security'], filters),
} as const

/** The specs among the integration tests that have a long form. */
const longIntegrations = ['damaged-cache', 'damaged-profile', 'killed-while-rotating', 'killed-while-writing']

function whole({ limitMinutes: _ofAnOrdinaryRun, ...part }: Part, name: string): Part {
  return { ...part, name, env: { CHARTKEEP_CAMPAIGN: 'whole' } }
}

/** Whether a name on the command line, a piece of a path as Vitest takes it, is that of a spec there. */
const isNamed = (root: string, specs: string, filters: readonly string[]) =>
  filters.length === 0 || globSync(specs, { cwd: root }).some((file) => filters.some((filter) => file.includes(filter)))

/**
 * Every long campaign whole: other cases each time, and more. `CHARTKEEP_CAMPAIGN` is read by the specs that have one. The units come first, then
 * what starts processes.
 *
 * @param filters pieces of paths: what they name alone
 */
export function campaign(root: string, filters: readonly string[]): Part[] {
  const parts: Part[] = []
  if (isNamed(root, '{shared,electron,sandbox,renderer,build,tests/unit}/**/*.test.{ts,tsx}', filters)) parts.push(whole(suites.unit(root, ['--testTimeout=600000', '--hookTimeout=600000', ...filters]), 'campaign: unit'))
  if (isNamed(root, integrationSpecs, filters)) parts.push(longIntegration(root, filters, 'campaign: integration'))
  return parts
}

/** What has to hold however often it is tried, and what is only true at size. */
export function torture(root: string, filters: readonly string[]): Part[] {
  const parts: Part[] = []
  if (isNamed(root, integrationSpecs, filters)) parts.push(longIntegration(root, filters, 'torture'))
  if (isNamed(root, 'tests/size/**/*.test.ts', filters)) parts.push(atSize(root, filters))
  return parts
}

const integrationSpecs = 'tests/integration/**/*.test.ts'

/** The vault's files against damage anywhere in them, and against a kill at any moment. */
const longIntegration = (root: string, filters: readonly string[], name: string): Part =>
  whole(suites.integration(root, filters.length > 0 ? filters : longIntegrations), name)

/** Minutes of work and gigabytes of disk. */
function atSize(root: string, filters: readonly string[]): Part {
  const file = join(root, 'out', 'results', 'size.json')
  const args = [bin(root, 'vitest', 'vitest.mjs'), 'run', '--project', 'size', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...filters]
  return { name: 'at size', args, aloud: true, count: { by: 'report', file, read: vitestTally } }
}

/** What can be known within a minute, to run side by side: none waits for another. The longest, the units, begin first. */
export const quickParts = (root: string): Part[] => [
  // What they say would be mixed with the others' lines: it is shown if they fail.
  { ...suites.unit(root), aloud: false },
  ...gates(root),
]

/** What starts servers and applications, one after the other; of the applications two at a time, so that none waits for the long look into memory. */
export const slowParts = (root: string): Part[] => [suites.integration(root), playwrightPart(root, 'e2e and security', ['security', 'e2e'])]

export type SuiteName = keyof typeof suites
export const isSuiteName = (name: string): name is SuiteName => Object.hasOwn(suites, name)

/** The environment a part runs in. */
export async function environmentOf(part: Part, scene: Scene): Promise<NodeJS.ProcessEnv> {
  if (part.needsApp !== true) return { ...process.env, ...part.env }
  return { ...scriptEnvironment(scene, await scene.desktop(), undefined), ...part.env }
}
