import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuth, inAppWay, type SignInPage } from '../../../electron/auth/index.ts'
import { createLog } from '../../../electron/diagnostics/log.ts'
import { startRig } from '../../../electron/records/testing/rig.ts'
import { createTransport } from '../../../electron/transport/index.ts'
import { openDeviceKey } from '../../../electron/vault/device-key.ts'
import { memoryKeychain } from '../../../electron/vault/memory-keychain.ts'
import { refreshTokens } from '../../../electron/vault/refresh-token.ts'
import { userKeyOf } from '../../../electron/vault/user-key.ts'
import type { Sandbox } from '../../../sandbox/server.ts'
import { PatientId } from '../../../shared/contract/ids.ts'
import { type Section, type SectionName, sections } from '../../../shared/contract/index.ts'
import type { FailureKind } from '../../../shared/errors.ts'
import { openBrowser } from '../sandbox-browser.ts'
import { userWith } from '../sandbox-client.ts'

/** What a section came to. */
export type Outcome = Section | FailureKind

/** The application's own sign-in and its `records`, in front of a sandbox, with everything real between them. */
export interface HabitWorkstation {
  readonly rig: ReturnType<typeof startRig>
  /** A patient of the user's, of those with the most records. */
  readonly patient: PatientId
  look(section: SectionName, next?: string): Promise<Outcome>
  /** The whole chart, all at once, as it is opened. */
  chart(): Promise<Record<SectionName, Outcome>>
  /** Every page of a section. */
  whole(section: SectionName): Promise<Section['resources']>
  /** Gets another access token, as when the one it has is refused. */
  refresh(): Promise<string>
  /** Every line of the log, of main's part and of `records`. */
  logged(): string
  end(): Promise<void>
}

/** Signs a physician in and opens `records` with what was granted. `known`: a patient of theirs. */
export async function workAt(sandbox: Sandbox, known?: PatientId): Promise<HabitWorkstation> {
  const transport = createTransport({ origins: [sandbox.baseUrl], caPem: sandbox.caPem, pins: [sandbox.pin], proxy: undefined })
  const browser = openBrowser(sandbox.caPem)
  const page: SignInPage = {
    open: async (url) => {
      const landing = await browser.open(url)
      if (landing.kind !== 'page') throw new Error('no sign-in page was shown')
      const { username, password } = userWith(sandbox, 'physician')
      return (await browser.submit(landing, { action: 'sign-in', username, password })).url.href
    },
    close: () => undefined,
  }
  const keychain = memoryKeychain()
  const clock = { now: () => Date.now() }
  const lines: string[] = []
  const auth = createAuth({
    fetch: (url, init) => transport.fetch(url, init),
    fhirBase: sandbox.fhirBase,
    mfa: { required: false, acr: [] },
    reports: true,
    clientId: 'chartkeep-desktop',
    way: inAppWay(page, sandbox.faults.current().redirectPorts === 'fixed' ? 47_213 : 0),
    keepUnlockSecret: async () => undefined,
    userKeyOf,
    clock,
    monotonic: () => performance.now(),
    log: createLog((line) => void lines.push(line), clock),
    refreshTokens: refreshTokens(keychain, join(tmpdir(), 'nobody')),
    deviceKey: () => openDeviceKey(keychain),
    deviceName: 'habits',
    subjectOf: () => undefined,
  })
  const leave = () => Promise.all([transport.close(), browser.close()])
  const who = await auth.signIn(undefined, new AbortController().signal).catch(async (error: unknown) => {
    await leave()
    throw error
  })
  await auth.settled()
  const { value: token } = await auth.accessToken(who.userKey, false)
  const folder = mkdtempSync(join(tmpdir(), 'chartkeep-habits-'))
  const rig = startRig({
    server: { fhirBase: sandbox.fhirBase, authority: { pem: sandbox.caPem } },
    folder,
    token,
    permissions: who.permissions,
    ...(who.fhirUser === undefined ? {} : { fhirUser: who.fhirUser }),
  })
  const workspace = rig.workspace()
  await workspace.call('vault.setPin', { pin: 'kestrel-7' })
  const mine = await workspace.call('patients.mine', {})
  if ('failure' in mine) throw new Error(`no list of patients: ${mine.failure}`)

  /** Of these, the one with the most laboratory results. */
  async function fullest(patients: readonly PatientId[]): Promise<PatientId> {
    const counts = await Promise.all(
      patients.map(async (of) => {
        const reply = await rig.tab(of).call('chart.section', { patient: of, section: 'laboratory', cause: 'look', want: 'current' })
        return { of, found: 'value' in reply ? reply.value.resources.length + (reply.value.next === undefined ? 0 : 1) : 0 }
      }),
    )
    const [most] = counts.sort((a, b) => b.found - a.found)
    if (most === undefined) throw new Error('the user has no patients')
    return most.of
  }
  const listed = mine.value.patients.map(({ id }) => PatientId.parse(id))
  if (known !== undefined && !listed.includes(known)) throw new Error('the patient is not in the list of the user')
  const patient = known ?? (await fullest(listed))
  const look = async (section: SectionName, next?: string, of: PatientId = patient): Promise<Outcome> => {
    const reply = await rig.tab(of).call('chart.section', { patient: of, section, cause: 'look', want: 'current', ...(next === undefined ? {} : { next }) })
    return 'value' in reply ? reply.value : reply.failure
  }
  return {
    rig,
    patient,
    look,
    async chart() {
      const found = await Promise.all(sections.map(async (section) => [section, await look(section)] as const))
      // One for each of the names.
      return Object.fromEntries(found) as Record<SectionName, Outcome>
    },
    async whole(section) {
      const resources: Section['resources'] = []
      let next: string | undefined
      do {
        const part = await look(section, next)
        if (typeof part === 'string') throw new Error(`${section}: ${part}`)
        resources.push(...part.resources)
        next = part.next
      } while (next !== undefined)
      return resources
    },
    refresh: async () => (await auth.accessToken(who.userKey, true)).value,
    logged: () => lines.join('\n') + JSON.stringify(rig.told.filter(({ kind }) => kind === 'log')),
    async end() {
      await rig.stop()
      await leave()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
