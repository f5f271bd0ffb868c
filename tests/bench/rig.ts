import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { ElectronApplication } from 'playwright'
import type { Policy } from '../../shared/policy.ts'
import { type Clinician } from '../e2e/harness/clinician.ts'
import { type OwnEhr, ownEhr } from '../e2e/harness/ehr.ts'
import type { Account } from '../e2e/harness/surroundings.ts'
import { openWorkstation } from '../e2e/harness/workstation.ts'

/** What a part of the bench works with: a sandbox EHR of its own, in another process, and folders that go when it is done. */
export interface Rig {
  readonly ehr: OwnEhr
  readonly physician: Account
  /** A new folder. */
  folder(name: string): string
}

/** `patients`: how many live in the EHR's town. */
export async function withRig<T>(work: (rig: Rig) => Promise<T>, patients = 50): Promise<T> {
  const base = mkdtempSync(path.join(tmpdir(), 'chartkeep-bench-'))
  const ehr = await ownEhr({ patients })
  try {
    return await work({ ehr, physician: ehr.account('aokafor'), folder: (name) => mkdtempSync(path.join(base, `${name}-`)) })
  } finally {
    await ehr.stop()
    rmSync(base, { recursive: true, force: true })
  }
}

export interface Workplace {
  readonly app: ElectronApplication
  readonly person: Clinician
  readonly profile: string
}

/** The rules of the alerts are at work as ever; but whoever opens fifty charts in a minute by machine is not asked why. */
function unasked(demo: Policy): Policy {
  const { alerts } = demo.audit
  return { ...demo, audit: { ...demo.audit, alerts: { ...alerts, chartsPerMinute: { ...alerts.chartsPerMinute, response: 'notice' }, sameFamilyName: { ...alerts.sameFamilyName, response: 'notice' } } } }
}

/** A workstation with a keyring and a profile that know nobody: the physician signed in, a PIN chosen, the patient list in front. */
export async function withWorkplace<T>({ ehr, physician }: Rig, work: (place: Workplace) => Promise<T>): Promise<T> {
  const workstation = await openWorkstation({ ehr, policy: unasked })
  try {
    const { app, person } = await workstation.start()
    await person.signIn(physician)
    await person.choosePin()
    return await work({ app, person, profile: workstation.profile })
  } finally {
    await workstation.close()
  }
}
