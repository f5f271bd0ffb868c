import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AuditEvent } from '@medplum/fhirtypes'
import type { TroubleInput } from '../../sandbox/trouble/index.ts'
import { calledEvents } from '../../shared/audit-events.ts'
import { ChartkeepError } from '../../shared/errors.ts'
import type { Sandbox } from '../../sandbox/server.ts'
import { eventsAt, lineOf, linesIn, nameOf } from './audit-shipping/held.ts'
import { type ShippingWorkstation, shippingWorkstation } from './audit-shipping/workstation.ts'
import { openProbe, type Probe, signedIn, smallSandbox } from './sandbox-client.ts'

let sandbox: Sandbox
let probe: Probe
let reader = ''
let place: ShippingWorkstation
beforeAll(async () => {
  sandbox = await smallSandbox()
  probe = await openProbe(sandbox)
  reader = (await signedIn(sandbox, probe, 'compliance', { scope: 'openid fhirUser user/AuditEvent.rs' })).access_token
})
beforeEach(async () => {
  place = await shippingWorkstation(sandbox)
})
afterEach(async () => {
  sandbox.faults.reset()
  sandbox.troubles.set([])
  await place.end()
})
afterAll(async () => {
  await probe.close()
  await sandbox.close()
})

const look = (correlation: string, more = {}) => ({ event: 'chart.section', action: 'R', outcome: 'intent', cause: 'look', patient: 'patient-1', correlation, ...more }) as const

/** The lines that this workstation wrote, against those that the sandbox received, each once. */
const arrived = async () => {
  const mine = new Set(linesIn(place.folder))
  return (await eventsAt(sandbox, reader)).map(lineOf).filter((line) => mine.has(line))
}
async function allArrive(): Promise<AuditEvent[]> {
  await vi.waitFor(async () => expect(await arrived()).toHaveLength(linesIn(place.folder).length), { timeout: 20_000, interval: 250 })
  const lines = linesIn(place.folder)
  const events = (await eventsAt(sandbox, reader)).filter((event) => lines.includes(lineOf(event)))
  expect(new Set(events.map(lineOf))).toEqual(new Set(lines))
  return events
}

describe('what was done at a workstation @164.312(b)', () => {
  it('is reported to the EHR: every kind of entry, once, in order, with the chain’s own line in it', async () => {
    await place.signIn()
    for (const [number, event] of calledEvents.entries()) await place.chain().intent(look(number.toString(16).padStart(8, '0'), { event, action: event === 'draft.save' ? 'U' : 'R' }))
    for (const event of ['app.started', 'session.locked', 'key.release', 'policy.loaded', 'vault.wipe'] as const) await place.chain().announce({ event, outcome: 'success' })
    await place.chain().intent(look('0000cafe', { outcome: 'refused', failure: 'not-permitted' }))
    await place.chain().checkpoint()
    await place.ship()
    const events = await allArrive()
    expect(new Set(events.map(nameOf)).size).toBe(events.length)
    // The sandbox dates what it receives: none came before the one ahead of it.
    const received = new Map(events.map((event) => [lineOf(event), event.meta?.lastUpdated ?? '']))
    const dates = linesIn(place.folder).map((line) => received.get(line) ?? '')
    expect(dates).toEqual(dates.toSorted())
    expect(place.logged.join('')).not.toContain('ship-refused')
  })

  it('is told in the profiles of BALP, by who did it, and with nothing of a text that was typed', async () => {
    await place.signIn()
    await place.chain().intent(look('00000001'))
    await place.chain().intent(look('00000002', { event: 'patients.search', action: 'E', patient: undefined }))
    await place.ship()
    const events = await allArrive()
    const about = (correlation: string) => events.find((event) => JSON.stringify(event).includes(`"${correlation}"`))
    expect(about('00000001')).toMatchObject({
      meta: { profile: ['https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientRead'] },
      action: 'R',
      agent: [{ requestor: true, who: { reference: expect.stringMatching(/^Practitioner\//) } }, { network: { address: 'ward-3' } }, { network: { address: sandbox.fhirBase } }],
      entity: expect.arrayContaining([expect.objectContaining({ what: { reference: 'Patient/patient-1' } })]),
    })
    expect(about('00000002')).toMatchObject({ meta: { profile: ['https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.Query'] }, action: 'E' })
  })

  it('arrives within seconds while the workstation is locked, by a right that reads nothing', async () => {
    await place.signIn()
    await place.ship()
    await allArrive()
    place.lock()
    await place.chain().announce({ event: 'key.release', outcome: 'intent' })
    const began = performance.now()
    await allArrive()
    expect(performance.now() - began).toBeLessThan(6_000)
  })

  it('is sent by a token that the EHR gives nothing for', async () => {
    const tokens = new Set<string>()
    await place.end()
    place = await shippingWorkstation(sandbox, {
      fetchOf: (fetch) => (url, init) => {
        if (String(url).endsWith('/AuditEvent')) tokens.add(new Headers(init?.headers).get('authorization')?.replace('Bearer ', '') ?? '')
        return fetch(url, init)
      },
    })
    const user = await place.signIn()
    await place.ship()
    await allArrive()
    expect(tokens.size).toBe(1)
    for (const token of tokens) {
      for (const path of ['Patient?_count=1', 'Observation?_count=1', 'AuditEvent?_count=1', 'Practitioner?_count=1']) expect(await probe.api(path, token)).toBe(403)
    }
    // The session has not lost its own by it.
    const { value } = await place.auth.accessToken(user, false)
    expect(await probe.api('Patient?_count=1', value)).toBe(200)
  })

  it('waits where the EHR grants nobody the right, says so, and arrives once it does', async () => {
    sandbox.faults.set({ withheld: ['AuditEvent'] })
    await place.signIn()
    place.lock()
    await place.ship()
    await vi.waitFor(() => expect(place.logged.join('')).toContain('audit.ship-waits'), { timeout: 5_000 })
    expect(await arrived()).toEqual([])
    sandbox.faults.reset()
    await place.signIn()
    await allArrive()
  })

  it('waits for the next sign-in where the grant is over, whoever comes', async () => {
    await place.signIn()
    await place.ship()
    await allArrive()
    place.lock()
    sandbox.expireTokens('refresh')
    await vi.waitFor(() => expect(place.logged.join('')).toContain('"failure":"unauthorized"'), { timeout: 5_000 })
    await place.signIn('nurse')
    const events = await allArrive()
    expect(new Set(events.map(({ agent }) => agent[0]?.who?.reference)).size).toBeGreaterThanOrEqual(2)
  })
})

const post = { type: 'AuditEvent', method: 'POST' } as const

describe('an EHR that does not take a report @164.312(b)', () => {
  it.each<[string, TroubleInput['deed']]>([
    ['is out of order', { do: 'answer', status: 500 }],
    ['has too much to do', { do: 'answer', status: 429, retryAfter: 1 }],
    ['never answers', { do: 'delay', ms: 4_000 }],
    ['ends the connection before it looked', { do: 'drop', when: 'before' }],
    ['has stored it and ends the connection before it says so', { do: 'drop', when: 'in-body' }],
    ['answers with rubbish', { do: 'spoil', how: 'not-json' }],
    ['sends it to another host', { do: 'redirect', to: 'other-host' }],
    ['refuses the token', { do: 'answer', status: 401 }],
  ])('gets it again, once and in order, where it %s', async (_what, deed) => {
    await place.signIn()
    for (let n = 0; n < 5; n += 1) await place.chain().intent(look(n.toString(16).padStart(8, '0')))
    sandbox.troubles.set([{ for: { ...post, from: 2, times: 1 }, deed }])
    await place.ship()
    const events = await allArrive()
    expect(new Set(events.map(nameOf)).size).toBe(events.length)
  })

  it('acknowledges nothing by a page of something in between', async () => {
    await place.end()
    let lies = 2
    place = await shippingWorkstation(sandbox, {
      fetchOf: (fetch) => async (url, init) => {
        if (!String(url).endsWith('/AuditEvent') || lies === 0) return fetch(url, init)
        lies -= 1
        return lies === 1
          ? new Response('<html>Welcome to the guest network</html>', { status: 200, headers: { 'content-type': 'text/html' } })
          : new Response(JSON.stringify({ resourceType: 'AuditEvent', entity: [{ what: { identifier: { system: 'urn:chartkeep:audit', value: 'another' } } }] }), { status: 201 })
      },
    })
    await place.signIn()
    await place.ship()
    await allArrive()
    expect(lies).toBe(0)
  })

  it('is not asked twice for what it took, where the token for the rest does not come', async () => {
    await place.end()
    let posts = 0
    place = await shippingWorkstation(sandbox, {
      fetchOf: (fetch) => async (url, init) => {
        if (String(url).endsWith('/AuditEvent')) {
          posts += 1
          return posts === 1 ? new Response(JSON.stringify({ resourceType: 'OperationOutcome' }), { status: 409 }) : new Response('', { status: 401 })
        }
        if (posts > 0) throw new ChartkeepError('offline')
        return fetch(url, init)
      },
    })
    const user = await place.signIn()
    const reports = ['first', 'second'].map((id) => ({ id, json: '{}' }))
    expect(await place.auth.report(user, reports, true, new AbortController().signal)).toEqual({ taken: 1, failure: 'offline' })
  })

  it('passes over the one event that it does not want, and takes those that follow', async () => {
    await place.signIn()
    for (let n = 0; n < 5; n += 1) await place.chain().intent(look(n.toString(16).padStart(8, '0')))
    // Refused with the others, and four times by itself.
    sandbox.troubles.set([{ for: { ...post, from: 3, times: 4 }, deed: { do: 'answer', status: 422 } }])
    await place.ship()
    await vi.waitFor(async () => expect(await arrived()).toHaveLength(linesIn(place.folder).length - 1), { timeout: 20_000, interval: 250 })
    expect(place.logged.join('')).toContain('"audit.ship-refused"')
    // It stays what it was in the chain, and is marked so that its file stays.
    expect(JSON.parse(readFileSync(join(place.folder, 'shipped', 'ehr.json'), 'utf8'))).toMatchObject({ cursor: { passedOver: 3 } })
  })

  it('is caught up with after a morning out of reach', async () => {
    await place.signIn()
    sandbox.troubles.set([{ for: post, deed: { do: 'answer', status: 503 } }])
    await place.ship()
    // A morning of one physician: 20 charts, each with its sections twice.
    for (let n = 0; n < 20; n += 1) await Promise.all(Array.from({ length: 26 }, (_, m) => place.chain().intent(look((n * 100 + m).toString(16).padStart(8, '0')))))
    expect(await arrived()).toEqual([])
    sandbox.troubles.set([])
    await allArrive()
  }, 60_000)
})

describe('what is known of the way a report has gone @164.312(c)', () => {
  const cursor = () => join(place.folder, 'shipped', 'ehr.json')

  it('is not believed where it was forged: all is sent again, and is no second event', async () => {
    await place.signIn()
    await place.ship()
    await allArrive()
    await place.chain().flush()
    await place.stop()
    const kept = JSON.parse(readFileSync(cursor(), 'utf8'))
    const lines = linesIn(place.folder)
    // Who can write the folder says that everything has arrived.
    await place.chain().intent(look('0000beef'))
    const last = linesIn(place.folder).at(-1) ?? ''
    writeFileSync(cursor(), JSON.stringify({ ...kept, cursor: { ...kept.cursor, acknowledged: { file: 1, at: lines.join('\n').length + 1, seq: lines.length + 1, hash: last.slice(0, 64) } } }))
    await place.ship()
    const events = await allArrive()
    expect(new Set(events.map(nameOf)).size).toBe(events.length)
    expect(place.logged.join('')).toContain('audit.ship-began-anew')
  })

  it('may be lost with a full disk: reporting goes on, and what is sent again after the next start is no second event', async () => {
    // Where the cursor should be written is something else than a folder.
    writeFileSync(join(place.folder, 'shipped'), '')
    await place.signIn()
    await place.ship()
    await allArrive()
    expect(place.logged.join('')).toContain('audit.ship-not-kept')
    await place.stop()
    rmSync(join(place.folder, 'shipped'))
    await place.ship()
    await vi.waitFor(() => expect(existsSync(cursor())).toBe(true), { timeout: 10_000 })
    const events = await allArrive()
    expect(new Set(events.map(nameOf)).size).toBe(events.length)
  })

  it('goes on over the ends of files', async () => {
    await place.end()
    place = await shippingWorkstation(sandbox, { fileBytes: 2_000 })
    await place.signIn()
    await place.ship()
    for (let n = 0; n < 40; n += 1) await place.chain().intent(look(n.toString(16).padStart(8, '0')))
    await allArrive()
    expect(existsSync(join(place.folder, 'chain-5.jsonl'))).toBe(true)
  })
})
