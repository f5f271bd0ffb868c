import { build } from 'esbuild'
import type { Metafile } from 'esbuild'
import { beforeAll, describe, expect, it } from 'vitest'
import { projectRoot } from '../setup/places.ts'
import { processes } from './node-side.ts'

type Outputs = Metafile['outputs']

let outputs: Outputs
beforeAll(async () => {
  const { metafile } = await build({ ...processes(projectRoot), outdir: 'out', write: false, metafile: true, sourcemap: false })
  outputs = metafile.outputs
})

const outputNamed = (name: string) => Object.keys(outputs).find((each) => each.endsWith(name)) ?? ''
const outputWith = (input: string) => Object.keys(outputs).find((each) => input in (outputs[each]?.inputs ?? {})) ?? ''

/** What is loaded with an output: it, and what it imports by a statement, and so on. */
function loadedWith(output: string, before: ReadonlySet<string> = new Set()): ReadonlySet<string> {
  if (before.has(output)) return before
  const statements = (outputs[output]?.imports ?? []).filter(({ kind, external }) => kind === 'import-statement' && external !== true)
  return statements.reduce<ReadonlySet<string>>((seen, { path }) => loadedWith(path, seen), new Set([...before, output]))
}

/** The packages of which something is in these outputs. */
function packagesIn(all: ReadonlySet<string>): readonly string[] {
  const inputs = [...all].flatMap((output) => Object.keys(outputs[output]?.inputs ?? {}))
  return [...new Set(inputs.flatMap((input) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []))].toSorted()
}

/** What these outputs ask of Node itself, or of modules that are not bundled. */
const builtinsOf = (all: ReadonlySet<string>) => new Set([...all].flatMap((output) => (outputs[output]?.imports ?? []).filter(({ external, kind }) => external === true && kind !== 'dynamic-import').map(({ path }) => path.replace(/^node:/, ''))))

const bytesOf = (all: ReadonlySet<string>) => [...all].reduce((sum, output) => sum + (outputs[output]?.bytes ?? 0), 0)

describe('What main loads while a person waits for the first screen', () => {
  it('is no library at all before the page has begun to load', () => {
    const loaded = loadedWith(outputNamed('/main.js'))
    expect(packagesIn(loaded)).toEqual([])
    expect(bytesOf(loaded)).toBeLessThan(30_000)
  })

  it('is after that what reads the policy, the keychain and the journal: nothing that speaks to a network, a bus or a bucket', () => {
    const loaded = loadedWith(outputWith('electron/compose.ts'))
    expect(packagesIn(loaded)).toEqual(['@humanwhocodes/momoa', 'canonicalize', 'electron-log', 'write-file-atomic', 'zod'])
    expect(bytesOf(loaded)).toBeLessThan(550_000)
    expect([...builtinsOf(loaded)].filter((name) => ['http', 'https', 'http2', 'tls', 'dgram', 'dns'].includes(name))).toEqual([])
  })

  it('has the schemas of the rows that main answers, and of no others', () => {
    const loaded = loadedWith(outputWith('electron/compose.ts'))
    const contract = [...loaded].flatMap((output) => Object.keys(outputs[output]?.inputs ?? {})).filter((input) => input.startsWith('shared/contract/'))
    expect(contract).toContain('shared/contract/main.ts')
    expect(contract.filter((input) => /[/](?:index|chart|desk|patients|documents|attachments|workspace|audit|hold|vault|fhir)[.]ts$/.test(input))).toEqual([])
  })
})
