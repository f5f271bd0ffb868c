import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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
import { type ProcessKind, ticksOf } from './process-tree.ts'
import { type Needle, needlesOf, scanProcess } from './scan.ts'
import { accessTokensOf, dataKeyOf } from './secrets.ts'
import { patience, startWatchedApp, type WatchedApp } from './watched-app.ts'

/** Typed by hand into the PIN fields: long enough that it stands nowhere by chance. */
const passphrase = 'quorvizelmantrube'
/** When the scan starts, after the order to lock. Milliseconds. */
const afterOrder = 1_000
/** A person sees the screen before they type. Milliseconds. */
const glance = 500
const physicianName = 'aokafor'

/** How often each needle was found, by the kind of process; what was not found is not listed. */
export type Finds = Readonly<Partial<Record<ProcessKind, Readonly<Record<string, number>>>>>

/** How often anything whose name begins so was found, anywhere. */
export function hitsOf(finds: Finds, ...names: readonly string[]): number {
  const all = Object.values(finds).flatMap((found) => Object.entries(found))
  return all.reduce((sum, [name, count]) => (names.some((begin) => name.startsWith(begin)) ? sum + count : sum), 0)
}

/** What a chart shows, by the names of its needles. */
export const displayed = ['family name', 'given name', 'record number', 'diagnosis', 'note'] as const

interface Rehearsal {
  readonly app: WatchedApp
  readonly patient: NeedlePatient
  /** Whether the PIN was found in `records` while it worked on it: afterwards a copy may be left there, or not. */
  readonly pinWasSeen: boolean
  /** Scans every process of the application for what was displayed, the data key, the PIN, the access tokens, and more. */
  scan(more?: readonly Needle[]): Finds
  /** Opens the note box and types; resolves when what was typed is saved. */
  write(text: string): Promise<void>
  /** Presses Ctrl+L; resolves when the scan may start. */
  lock(): Promise<void>
  /** Resolves when the chart is shown again, and the EHR has confirmed it. */
  unlock(): Promise<void>
}

interface Circumstances {
  /** Chromium's accessibility tree is built, as it is for a screen reader. */
  readonly accessibility?: boolean
  /** Policy `lock.restart`: a lock replaces the whole process tree. */
  readonly restart?: boolean
}

/**
 * A workstation of its own (display, keyring, sandbox EHR), with one patient's chart open at a note, whose every word
 * is random, driven by the keyboard alone.
 */
export async function rehearse<T>(work: (rehearsal: Rehearsal) => Promise<T>, { accessibility = false, restart = false }: Circumstances = {}): Promise<T> {
  const root = path.resolve(import.meta.dirname, '..', '..', '..')
  const base = mkdtempSync(path.join(tmpdir(), 'chartkeep-scan-'))
  const family = createFamily()
  try {
    const state = path.join(base, 'sandbox')
    const first = await startSandbox(family, root, { state, patients: 3, stdio: 'ignore' })
    await family.end()
    const practitioner = staff.find((each) => each.username === physicianName)?.practitioner ?? ''
    const patient = plantNeedlePatient(state, practitioner)
    const sandbox = await startSandbox(family, root, { state, patients: 3, stdio: 'ignore', port: Number(new URL(first.baseUrl).port) })
    const policyFile = restart ? restartingPolicy(sandbox.policyFile, base) : sandbox.policyFile
    const desktop = await openDesktop(family, { ...process.env, CI: '1' })
    const profile = path.join(base, 'profile')
    await openNoteAndQuit({ desktop, policyFile, profile, account: accountNamed(sandbox, physicianName), patient })
    const app = startWatchedApp(family, { desktop, policyFile, profile, args: accessibility ? ['--force-renderer-accessibility'] : [] })
    await app.reports(lockScreen, 1)
    await recordsIsIdle(app)
    let pinWasSeen = false
    await unlock(app, async (isAnswered) => {
      pinWasSeen ||= await seePin(app, isAnswered)
    })
    const dataKey = await dataKeyOf(profile, passphrase, desktop.env)
    return await work({
      app,
      patient,
      pinWasSeen,
      scan: (more = []) =>
        scanAll(app, [
          // On the screen a family name stands in capitals.
          ...needlesOf('family name', patient.family),
          ...needlesOf('family name', patient.family.toUpperCase()),
          ...needlesOf('given name', patient.given),
          ...needlesOf('record number', patient.mrn),
          ...needlesOf('diagnosis', patient.diagnosis),
          ...needlesOf('note', patient.noteText),
          ...needlesOf('PIN', passphrase),
          { name: 'data key', bytes: dataKey },
          ...accessTokensOf(state).flatMap((token) => needlesOf('access token', token)),
          ...more,
        ]),
      write: async (text) => {
        const saved = app.count(draftSaved)
        app.press('ctrl+e')
        await wait(glance)
        app.type(text)
        await app.reports(draftSaved, saved + 1)
        await wait(glance)
      },
      lock: async () => {
        const painted = app.count(lockScreen)
        app.press('ctrl+l')
        await wait(afterOrder)
        // The new tree is there a little later; the old one is gone by then.
        if (restart) await app.reports(lockScreen, painted + 1)
      },
      unlock: () => unlock(app),
    })
  } finally {
    await family.end()
    rmSync(base, { recursive: true, force: true })
  }
}

/** Fewer than the wrong PINs that policy allows. */
const attempts = 4
const lockScreen = ['"what":"lock"']
const active = ['"to":"active"']
const refused = ['"event":"unlock.failed"']
const draftSaved = ['"event":"draft.save"', '"outcome":"success"']
const answered = ['"event":"chart.section"', '"outcome":"success"']

/** What `records` gets to go on between two looks. Milliseconds. */
const slice = 10
/** While it stands still most of the time, an unlock takes that much longer. Milliseconds. */
const stillPatience = 45_000

const recordsOf = (app: WatchedApp): number | undefined => app.processes().find(({ kind }) => kind === 'records')?.pid

/** Resolves when `records` has started, and does nothing for a moment: what it does from then on, it was asked for. */
async function recordsIsIdle(app: WatchedApp): Promise<void> {
  const deadline = Date.now() + patience
  let before = -1
  for (;;) {
    await wait(glance)
    const pid = recordsOf(app)
    const now = pid === undefined ? -1 : ticksOf(pid)
    if (now > 0 && now === before) return
    if (Date.now() > deadline) throw new Error(`within ${patience} ms records did not come to rest`)
    before = now
  }
}

/**
 * Looks for the PIN in `records` from when it was entered until it was seen or there is an answer. It is held for the quarter of a second that a
 * try takes, and a look may take as long: so the process stands still while it is looked at.
 */
async function seePin(app: WatchedApp, isAnswered: () => boolean): Promise<boolean> {
  const pid = recordsOf(app)
  if (pid === undefined) throw new Error('there is no records process to look at')
  for (const deadline = Date.now() + stillPatience; !isAnswered() && Date.now() < deadline; ) {
    process.kill(pid, 'SIGSTOP')
    try {
      if (Object.keys(scanProcess(pid, needlesOf('PIN', passphrase)).hits).length > 0) return true
    } finally {
      process.kill(pid, 'SIGCONT')
    }
    await wait(slice)
  }
  return false
}

async function unlock(app: WatchedApp, entered: (isAnswered: () => boolean) => Promise<void> = () => Promise.resolve()): Promise<void> {
  const before = { active: app.count(active), answered: app.count(answered) }
  // The first key may come before the field has the focus, or the last one get lost: then a person types it again.
  for (let attempt = 0; app.count(active) === before.active; attempt += 1) {
    if (attempt === attempts) throw new Error(`the workstation was not unlocked by ${attempts} attempts`)
    const failures = app.count(refused)
    const answer = () => app.hears([active, before.active + 1], [refused, failures + 1])
    const isAnswered = () => app.count(active) > before.active || app.count(refused) > failures
    await wait(glance)
    app.type(passphrase)
    for (let press = 0; press < 2; press += 1) {
      app.press('Return')
      await entered(isAnswered)
      if (await answer()) break
    }
  }
  // Each section comes from the cache, and again from the EHR.
  await app.reports(answered, before.answered + 2 * sections.length)
  await wait(glance)
}

function scanAll(app: WatchedApp, needles: readonly Needle[]): Finds {
  const processes = app.processes()
  if (!processes.some(({ kind }) => kind === 'main')) throw new Error('the application is not there to be scanned')
  const finds: Partial<Record<ProcessKind, Record<string, number>>> = {}
  for (const { pid, kind } of processes) {
    for (const [name, count] of Object.entries(scanProcess(pid, needles).hits)) {
      const found = (finds[kind] ??= {})
      found[name] = (found[name] ?? 0) + count
    }
  }
  return finds
}

interface Setting {
  readonly desktop: Desktop
  readonly policyFile: string
  readonly profile: string
  readonly account: Account
  readonly patient: NeedlePatient
}

/** Beforehand, in a run that is over when the watched one begins: signs in, chooses the PIN, and leaves a note open. */
async function openNoteAndQuit({ desktop, policyFile, profile, account, patient }: Setting): Promise<void> {
  const env = Object.fromEntries(Object.entries(desktop.env).filter((pair): pair is [string, string] => pair[1] !== undefined))
  const app = await launchChartkeep({ policyFile, userData: profile, env })
  try {
    const person = clinician(app)
    await person.signIn(account)
    await person.choosePin(passphrase)
    await person.openChart(patient.mrn)
    // All of it has come, and can be kept.
    await (await person.page()).waitForFunction(() => performance.getEntriesByName('chart:painted').length > 0)
    await (await person.sees('view-notes')).click()
    await (await person.page()).getByText(patient.noteText).waitFor()
  } finally {
    await app.close()
  }
}

function restartingPolicy(file: string, folder: string): string {
  // The sandbox wrote it: a JSON object by its own schema.
  const policy = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  const restarting = path.join(folder, 'restarting-policy.json')
  writeFileSync(restarting, JSON.stringify({ ...policy, lock: { restart: true } }))
  return restarting
}
