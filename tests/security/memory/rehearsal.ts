import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createFamily } from '../../../build/run/family.ts'
import { startSandbox } from '../../../build/run/sandbox.ts'
import { type Desktop, openDesktop } from '../../../build/session/desktop.ts'
import { sections } from '../../../shared/contract/index.ts'
import { staff } from '../../../sandbox/people/index.ts'
import { clinician } from '../../e2e/harness/clinician.ts'
import { launchChartkeep } from '../../e2e/harness/launch.ts'
import { type Account, accountNamed } from '../../e2e/harness/surroundings.ts'
import { type NeedlePatient, plantNeedlePatient } from './needles.ts'
import { type ProcessKind, processTree } from './process-tree.ts'
import { type Needle, needlesOf, scanProcess } from './scan.ts'
import { accessTokensOf, dataKeyOf } from './secrets.ts'
import { startWatchedApp, type WatchedApp } from './watched-app.ts'

/** Typed by hand into the PIN fields: long enough that it stands nowhere by chance. */
const passphrase = 'quorvizelmantrube'
/** When the scan starts, after the order to lock. Milliseconds. */
const afterOrder = 1_000
const physicianName = 'aokafor'
/** Each is announced and told to have succeeded. */
const sectionCount = sections.length

/** How often each needle was found, by the kind of process; what was not found is not listed. */
export type Finds = Readonly<Partial<Record<ProcessKind, Readonly<Record<string, number>>>>>

export interface Rehearsal {
  readonly app: WatchedApp
  readonly patient: NeedlePatient
  /** Scans every process of the application for what was displayed, the data key, the PIN and the access tokens. */
  scan(): Promise<Finds>
  /** Presses Ctrl+L; resolves when the scan may start. */
  lock(): Promise<void>
  unlock(): Promise<void>
}

/**
 * A workstation of its own (display, keyring, sandbox EHR), with one patient's chart open whose every word is random,
 * driven by the keyboard alone.
 */
export async function rehearse<T>(work: (rehearsal: Rehearsal) => Promise<T>): Promise<T> {
  const root = path.resolve(import.meta.dirname, '..', '..', '..')
  const base = mkdtempSync(path.join(tmpdir(), 'chartkeep-scan-'))
  const family = createFamily()
  const inherited = { ...process.env }
  try {
    const state = path.join(base, 'sandbox')
    const first = await startSandbox(family, root, { state, patients: 3, stdio: 'ignore' })
    await family.end()
    const practitioner = staff.find((each) => each.username === physicianName)?.practitioner ?? ''
    const patient = plantNeedlePatient(state, practitioner)
    const sandbox = await startSandbox(family, root, { state, patients: 3, stdio: 'ignore', port: Number(new URL(first.baseUrl).port) })
    const desktop = await openDesktop(family, { ...inherited, CI: '1' })
    // The test reads the keyring of the rehearsal's desktop, not its own.
    process.env['DBUS_SESSION_BUS_ADDRESS'] = desktop.env['DBUS_SESSION_BUS_ADDRESS']
    const profile = path.join(base, 'profile')
    await openChartAndQuit({ desktop, policyFile: sandbox.policyFile, profile, account: accountNamed(sandbox, physicianName), patient })
    const app = startWatchedApp(family, desktop, sandbox.policyFile, profile)
    await app.reports('"what":"lock"')
    let unlocks = 0
    const unlock = async () => {
      const [before, failures] = [app.count('"event":"chart.section"'), app.count('"unlock.failed"')]
      unlocks += 1
      // The first key may come before the field has the focus: then the PIN is wrong, and is typed again.
      do {
        app.type(passphrase)
        app.press('Return')
        await app.reportsEither(['"to":"active"', unlocks], ['"unlock.failed"', failures + 1])
      } while (app.count('"to":"active"') < unlocks)
      await app.reports('"event":"chart.section"', before + 2 * sectionCount)
    }
    await unlock()

    const dataKey = await dataKeyOf(profile, passphrase)
    return await work({
      app,
      patient,
      scan: async () => {
        const needles: Needle[] = [
          ...needlesOf('family name', patient.family),
          ...needlesOf('given name', patient.given),
          ...needlesOf('record number', patient.mrn),
          ...needlesOf('diagnosis', patient.diagnosis),
          ...needlesOf('PIN', passphrase),
          { name: 'data key', bytes: dataKey },
          ...accessTokensOf(state).flatMap((token) => needlesOf('access token', token)),
        ]
        const finds: Partial<Record<ProcessKind, Record<string, number>>> = {}
        for (const { pid, kind } of processTree(app.pid)) {
          for (const [name, count] of Object.entries(scanProcess(pid, needles).hits)) {
            const found = (finds[kind] ??= {})
            found[name] = (found[name] ?? 0) + count
          }
        }
        return finds
      },
      lock: async () => {
        app.press('ctrl+l')
        await wait(afterOrder)
      },
      unlock,
    })
  } finally {
    process.env['DBUS_SESSION_BUS_ADDRESS'] = inherited['DBUS_SESSION_BUS_ADDRESS']
    await family.end()
    rmSync(base, { recursive: true, force: true })
  }
}

interface Setting {
  readonly desktop: Desktop
  readonly policyFile: string
  readonly profile: string
  readonly account: Account
  readonly patient: NeedlePatient
}

/** Beforehand, in a run that is over when the watched one begins: signs in, chooses the PIN, and leaves the chart open. */
async function openChartAndQuit({ desktop, policyFile, profile, account, patient }: Setting): Promise<void> {
  const env = Object.fromEntries(Object.entries(desktop.env).filter((pair): pair is [string, string] => pair[1] !== undefined))
  const app = await launchChartkeep({ policyFile, userData: profile, env })
  try {
    const person = clinician(app)
    await person.signIn(account)
    await person.choosePin(passphrase)
    await person.openChart(patient.mrn)
    await person.sees('section-notes')
  } finally {
    await app.close()
  }
}
