import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLog } from '../diagnostics/log.ts'
import { loadPolicy, type PolicyOutcome, type PolicyParts, watchPolicy } from './load.ts'
import { policyPlace } from './place.ts'
import { readPolicy } from './read.ts'

let folder = ''
let logged: string[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chartkeep-policy-'))
  logged = []
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const path = () => join(folder, 'policy.json')
const parts = (more: Partial<PolicyParts> = {}): PolicyParts => ({
  platform: 'linux',
  env: { CHARTKEEP_POLICY: path() },
  development: true,
  userData: folder,
  log: createLog((line) => logged.push(line), { now: () => 0 }),
  ...more,
})
const write = (more: object = {}, ehr: object = {}) =>
  writeFileSync(path(), JSON.stringify({ ehr: { fhirBase: 'https://ehr.example.org/fhir/R4', clientId: 'c', ...ehr }, ...more }, null, 2))
const authority = () => rootCertificates[0] ?? ''

describe('where the policy lies', () => {
  const place = (platform: NodeJS.Platform, env: Record<string, string> = {}, development = false) => policyPlace({ platform, env, development })

  it('is the machine-wide place of the system', () => {
    expect(place('linux')).toEqual({ path: '/etc/chartkeep/policy.json', source: 'machine' })
    expect(place('darwin').path).toBe('/Library/Application Support/Chartkeep/policy.json')
    expect(place('win32', { SystemDrive: 'D:' }).path).toBe('D:\\ProgramData\\Chartkeep\\policy.json')
  })

  it('cannot be moved by a user of a packaged build', () => {
    expect(place('linux', { CHARTKEEP_POLICY: '/tmp/mine.json' })).toMatchObject({ source: 'machine', path: '/etc/chartkeep/policy.json' })
    expect(place('win32', { ProgramData: 'C:\\Users\\me', SystemDrive: 'C:\\Users\\me' }).path).toBe('C:\\ProgramData\\Chartkeep\\policy.json')
  })

  it('is what CHARTKEEP_POLICY names in a development build', () => {
    expect(place('linux', { CHARTKEEP_POLICY: '/tmp/mine.json' }, true)).toEqual({ path: '/tmp/mine.json', source: 'development' })
  })
})

describe('loading the policy', () => {
  it('tells that there is none at all', async () => {
    expect(await loadPolicy(parts())).toEqual({ state: 'policy-missing', path: path() })
    expect(logged).toHaveLength(1)
  })

  it('reads the authorities it names, from beside it, and nothing else that lies in their file', async () => {
    writeFileSync(join(folder, 'ca.pem'), `# the hospital\n${authority()}\n-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n`)
    write({}, { caFile: 'ca.pem' })
    const outcome = await loadPolicy(parts())
    expect(outcome).toMatchObject({ state: 'loaded', source: 'development', inForce: { caPem: expect.stringContaining('BEGIN CERTIFICATE') } })
    expect(JSON.stringify(outcome)).not.toContain('PRIVATE')
  })

  it.each([
    ['missing', undefined],
    ['without a certificate', 'nothing'],
    ['cut off', `${authority()}\n${authority().slice(0, 200)}`],
    ['not a certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'],
  ])('refuses authorities that are %s, at the line that names them', async (_, pem) => {
    if (pem !== undefined) writeFileSync(join(folder, 'ca.pem'), pem)
    write({}, { caFile: join(folder, 'ca.pem') })
    expect(await loadPolicy(parts())).toMatchObject({ state: 'refused', refusal: { reason: 'ca-file', line: 5, key: 'ehr.caFile' } })
  })

  it('refuses a malformed one with its place, and holds the last good one', async () => {
    writeFileSync(join(folder, 'ca.pem'), authority())
    write({ site: 'Ward 3' }, { caFile: 'ca.pem' })
    await loadPolicy(parts())
    writeFileSync(path(), '{\n "ehr": {,\n')
    rmSync(join(folder, 'ca.pem'))
    expect(await loadPolicy(parts())).toMatchObject({ state: 'held', inForce: { policy: { site: 'Ward 3' }, caPem: expect.stringContaining('BEGIN') }, refusal: { reason: 'syntax', line: 2 } })
    expect(logged.at(-1)).toContain('"policy.held","line":2')
  })

  it('does not make a start wait for the disk where the same is kept already, and keeps it anew where that was damaged', async () => {
    write({ site: 'Ward 3' })
    await loadPolicy(parts())
    const kept = join(folder, 'policy.last-good.json')
    const [first, whole] = [statSync(kept).ino, readFileSync(kept, 'utf8')]
    await loadPolicy(parts())
    expect(statSync(kept).ino).toBe(first)
    writeFileSync(kept, whole.slice(0, 40))
    await loadPolicy(parts())
    expect(readFileSync(kept, 'utf8')).toBe(whole)
    write({ site: 'Ward 4' })
    await loadPolicy(parts())
    expect(readFileSync(kept, 'utf8')).toContain('Ward 4')
  })

  it('does not hold a last good one that was damaged', async () => {
    write({ site: 'Ward 3' })
    await loadPolicy(parts())
    const kept = join(folder, 'policy.last-good.json')
    expect(statSync(kept).mode & 0o777).toBe(0o600)
    writeFileSync(kept, readFileSync(kept, 'utf8').replace('Ward 3', 'Ward 4'))
    writeFileSync(path(), '{')
    expect(await loadPolicy(parts())).toMatchObject({ state: 'refused', path: path() })
  })

  it('does not hold the last good one where the administrator has removed the policy', async () => {
    write()
    await loadPolicy(parts())
    rmSync(path())
    expect(await loadPolicy(parts())).toMatchObject({ state: 'policy-missing' })
  })

  it('refuses a machine-wide file that others than the administrator may write', async () => {
    write()
    chmodSync(path(), 0o666)
    const place = { path: path(), source: 'machine' } as const
    expect(await readPolicy(place)).toMatchObject({ state: 'refused', refusal: { reason: 'unprotected' } })
    expect(await readPolicy(place, () => Promise.resolve(true))).toMatchObject({ state: 'read' })
  })

  it('refuses what cannot be read, and what is far too large', async () => {
    execFileSync('mkdir', [path()])
    expect(await loadPolicy(parts())).toMatchObject({ state: 'refused', refusal: { reason: 'unreadable', detail: 'EISDIR' } })
    rmSync(path(), { recursive: true })
    writeFileSync(path(), ' '.repeat(300_000))
    expect(await loadPolicy(parts())).toMatchObject({ state: 'refused', refusal: { reason: 'too-large' } })
  })

  it('is loaded also where it cannot be kept', async () => {
    write()
    expect(await loadPolicy(parts({ userData: join(folder, 'not', 'there') }))).toMatchObject({ state: 'loaded' })
    expect(logged[0]).toContain('policy.not-kept')
  })
})

describe('watching the policy', () => {
  it('tells a change once, a mistake with what holds, and the mending', async () => {
    write({ site: 'one' })
    const told: PolicyOutcome[] = []
    const watch = watchPolicy(parts(), await loadPolicy(parts()), (outcome) => told.push(outcome))
    await watch.check()
    expect(told).toEqual([])
    write({ site: 'second' })
    await watch.check()
    await watch.check()
    expect(told).toMatchObject([{ state: 'loaded', inForce: { policy: { site: 'second' } } }])
    writeFileSync(path(), '{')
    await watch.check()
    expect(told[1]).toMatchObject({ state: 'held', inForce: { policy: { site: 'second' } } })
    writeFileSync(`${path()}.new`, JSON.stringify({ ehr: { fhirBase: 'https://ehr.example.org/fhir/R4', clientId: 'c' }, site: 'third' }))
    renameSync(`${path()}.new`, path())
    await watch.check()
    expect(told[2]).toMatchObject({ state: 'loaded', inForce: { policy: { site: 'third' } } })
    rmSync(path())
    await watch.check()
    expect(told[3]).toMatchObject({ state: 'policy-missing' })
    watch.stop()
  })

  it('notices other authorities in the same file', async () => {
    writeFileSync(join(folder, 'ca.pem'), authority())
    write({}, { caFile: 'ca.pem' })
    const told: PolicyOutcome[] = []
    const watch = watchPolicy(parts(), await loadPolicy(parts()), (outcome) => told.push(outcome))
    await watch.check()
    writeFileSync(join(folder, 'ca.pem'), rootCertificates[1] ?? '')
    await watch.check()
    watch.stop()
    expect(told).toHaveLength(1)
  })
})
