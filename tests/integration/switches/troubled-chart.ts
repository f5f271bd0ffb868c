import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Agent, fetch } from 'undici'
import { expect } from 'vitest'
import { z } from 'zod'
import { type Rig, type RigOptions, startRig } from '../../../electron/records/testing/rig.ts'
import type { Sandbox } from '../../../sandbox/server.ts'
import type { TroubleInput } from '../../../sandbox/trouble/index.ts'
import { PatientId } from '../../../shared/contract/ids.ts'
import { type SectionName, sections } from '../../../shared/contract/index.ts'
import { openProbe, type Probe, signedIn, smallSandbox } from '../sandbox-client.ts'

export type DeedInput = TroubleInput['deed']

/** Short, so that what takes too long takes a second here. */
const limits = { connectMs: 300, headersMs: 700, bodyMs: 1_000 }

/** What one part of a chart came to. */
export interface Outcome {
  readonly failure?: string
  readonly count: number
  readonly refused: { readonly wrongPatient: number; readonly malformed: number } | undefined
  /** Until it was known, in ms. */
  readonly took: number
  /** Requests that the trouble was for. */
  readonly asked: number
  readonly texts: string
  /** The answer says that there is more. */
  readonly more: boolean
}

export interface Where {
  readonly scope?: TroubleInput['for']
  readonly section?: SectionName
  readonly type?: string
}

/** The real `records` in front of a sandbox over TLS, and two people with problems of their own. */
export interface TroubledHospital {
  readonly sandbox: Sandbox
  readonly probe: Probe
  readonly ann: PatientId
  readonly bob: PatientId
  /** No trouble, no fault. */
  honest(): void
  useToken(value: string): void
  withRecords(act: (rig: Rig) => Promise<void>, options?: Partial<RigOptions>): Promise<void>
  under(deed: DeedInput, where?: Where): Promise<Outcome>
  close(): Promise<void>
}

/** One section as the screen asks for it: what it holds, or how it failed. */
export async function look(rig: Rig, patient: PatientId, section: SectionName, want: 'kept' | 'current' = 'current') {
  const page = rig.tab(patient)
  const reply = await page.call('chart.section', { patient, section, cause: 'look', want })
  page.close()
  return 'value' in reply ? reply.value : { failure: reply.failure }
}

export async function openTroubledHospital(): Promise<TroubledHospital> {
  const sandbox = await smallSandbox({ patients: 12 })
  const probe = await openProbe(sandbox)
  let token = (await signedIn(sandbox, probe)).access_token

  function honest(): void {
    sandbox.faults.reset()
    sandbox.troubles.set([])
  }

  async function withRecords(act: (rig: Rig) => Promise<void>, options: Partial<RigOptions> = {}): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'chartkeep-troubles-'))
    const rig = startRig({ server: { fhirBase: sandbox.fhirBase, authority: { pem: sandbox.caPem } }, pins: [sandbox.pin], token, nextToken: token, folder, limits, ...options })
    try {
      await rig.workspace().call('vault.setPin', { pin: 'kestrel-7' })
      await act(rig)
    } finally {
      await rig.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  }

  async function everyone(): Promise<PatientId[]> {
    const dispatcher = new Agent({ connect: { ca: sandbox.caPem } })
    const answer = await fetch(`${sandbox.fhirBase}/Patient?_count=100`, { dispatcher, headers: { authorization: `Bearer ${token}` } })
    const { entry } = z.object({ entry: z.array(z.object({ resource: z.object({ id: PatientId }) })) }).parse(await answer.json())
    await dispatcher.close()
    return entry.map(({ resource }) => resource.id)
  }

  const found: { id: PatientId; words: string[] }[] = []
  await withRecords(async (rig) => {
    for (const patient of await everyone()) {
      const problems = await look(rig, patient, 'problems')
      if ('failure' in problems || problems.resources.length < 2) continue
      const told = problems.resources.flatMap((resource) => (resource.resourceType === 'Condition' && resource.code?.text ? [resource.code.text] : []))
      found.push({ id: patient, words: told })
    }
  })
  const [first, second] = found
  if (!first || !second) throw new Error('nobody here has two problems')
  const ann = first.id
  /** Words of the records that must not be in a log. */
  const words = [...first.words, ...second.words, first.id, second.id]

  /**
   * Reads a chart while one part of it is in trouble, and holds what must hold in every trouble: the other parts are there, the log
   * says nothing of a record, nothing of a failed part is kept, a draft that was there is there, and the process goes on.
   */
  async function under(deed: DeedInput, { scope = {}, section = 'problems', type = 'Condition' }: Where = {}): Promise<Outcome> {
    let outcome: Outcome | undefined
    await withRecords(async (rig) => {
      const draft = { text: 'severe headache', caret: 3, typedAt: 1 }
      const chart = rig.tab(ann)
      await chart.call('draft.save', { patient: ann, draft })
      sandbox.troubles.set([{ for: { type, ...scope }, deed }])

      const began = performance.now()
      const troubled = look(rig, ann, section).then((part) => ({ part, took: performance.now() - began }))
      const others = sections.filter((name) => name !== section)
      const rest = await Promise.all(others.map(async (name) => [name, await look(rig, ann, name)] as const))
      const { part, took } = await troubled
      expect(rest.flatMap(([name, other]) => ('failure' in other ? [[name, other.failure]] : []))).toEqual([])
      const [asked = 0] = sandbox.troubles.counts()

      if ('failure' in part) {
        sandbox.faults.set({ network: 'cut' })
        expect(await look(rig, ann, section, 'kept')).toEqual({ failure: 'offline' })
      }
      honest()
      expect(await look(rig, ann, section)).toMatchObject({ refused: { wrongPatient: 0, malformed: 0 } })
      expect(await chart.call('draft.read', { patient: ann })).toEqual({ value: { draft } })
      const logs = JSON.stringify(rig.told.filter(({ kind }) => kind === 'log'))
      for (const word of [...words, 'headache', 'onerror', token]) expect(logs).not.toContain(word)

      const about = 'failure' in part ? { failure: part.failure, count: 0, refused: undefined, texts: '', more: false } : { count: part.resources.length, refused: part.refused, texts: JSON.stringify(part.resources), more: part.next !== undefined }
      outcome = { ...about, took, asked }
    })
    if (outcome === undefined) throw new Error('nothing was read')
    return outcome
  }

  return {
    sandbox,
    probe,
    ann,
    bob: second.id,
    honest,
    useToken: (value) => void (token = value),
    withRecords,
    under,
    async close() {
      await probe.close()
      await sandbox.close()
    },
  }
}
