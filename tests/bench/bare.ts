import { readFileSync } from 'node:fs'
import { Agent, request } from 'undici'
import { sections } from '../../shared/contract/index.ts'
import { searchPath, sectionQueries } from '../../electron/records/fhir/sections.ts'
import { openBrowser } from '../integration/sandbox-browser.ts'
import { openProbe, signIn } from '../integration/sandbox-client.ts'
import type { EhrPlace } from '../e2e/harness/ehr.ts'
import type { Rig } from './rig.ts'

/** The requests of a chart, made bare: no application around them. */
export interface Bare {
  /** What the EHR takes from this physician now, for at least a minute and a half. */
  token(): string
  /** Every section's first requests at once, bodies read; milliseconds until the last is in. */
  chart(patient: string): Promise<number>
  /** One request, its body read: milliseconds. Throws where the answer is not 200. */
  time(address: string): Promise<number>
  /** Patients spread over all that this physician finds, in the order of the server. */
  spread(count: number): Promise<readonly { readonly id: string; readonly mrn: string; readonly family: string }[]>
  /** Ids and record numbers of patients that this physician finds. */
  patients(count: number): Promise<readonly { readonly id: string; readonly mrn: string }[]>
  /** The record number of a patient. Throws if there is none. */
  recordNumber(patient: string): Promise<string>
  close(): Promise<void>
}

interface SearchedPatients {
  readonly link?: readonly { readonly relation: string; readonly url: string }[]
  readonly entry?: readonly { readonly resource: FoundPatient }[]
}

interface FoundPatient {
  readonly meta?: { readonly security?: readonly { readonly code?: string }[] }
  readonly name?: readonly { readonly family?: string }[]
  readonly id: string
  readonly identifier?: readonly { readonly value?: string; readonly type?: { readonly coding?: readonly { readonly code?: string }[] } }[]
}

/** Of the rig, what bare requests need. */
interface BareRig {
  readonly ehr: { readonly place: Pick<EhrPlace, 'baseUrl' | 'fhirBase' | 'caFile'> }
  readonly physician: Rig['physician']
}

/** A token is used for so long: the sandbox's live for five minutes, and a refusal must not be measured for an answer. Milliseconds. */
const tokenLife = 200_000

/** Signs the physician in, in a browser of its own. */
async function freshToken({ ehr: { place }, physician }: BareRig, caPem: string): Promise<{ readonly token: string; readonly since: number }> {
  const probe = await openProbe({ ...place, caPem })
  const browser = openBrowser(caPem)
  const ask = await probe.ask()
  const { access_token: token } = await probe.redeem(await signIn(browser, ask.url, physician), ask)
  await browser.close()
  await probe.close()
  return { token, since: performance.now() }
}

export async function openBare(rig: BareRig): Promise<Bare> {
  const { place } = rig.ehr
  const caPem = readFileSync(place.caFile, 'utf8')
  let held = await freshToken(rig, caPem)
  const renew = async () => {
    if (performance.now() - held.since > tokenLife) held = await freshToken(rig, caPem)
  }
  const dispatcher = new Agent({ connect: { ca: caPem }, connections: 8 })
  const read = async (address: string): Promise<string> => {
    const answer = await request(`${place.fhirBase}/${address}`, { dispatcher, headers: { authorization: `Bearer ${held.token}`, accept: 'application/fhir+json' } })
    const text = await answer.body.text()
    if (answer.statusCode !== 200) throw new Error(`${answer.statusCode} for a request of the bench`)
    return text
  }
  const get = async (address: string): Promise<unknown> => JSON.parse(await read(address))
  return {
    token: () => held.token,
    chart: async (patient) => {
      await renew()
      const began = performance.now()
      await Promise.all(
        sections.flatMap((section) => {
          const query = sectionQueries[section]
          return query.kind === 'read' ? [get(`${query.type}/${patient}`)] : query.searches.map((search) => get(searchPath(search, patient)))
        }),
      )
      return performance.now() - began
    },
    time: async (address) => {
      await renew()
      const began = performance.now()
      await read(address)
      return performance.now() - began
    },
    spread: async (count) => {
      const found: { id: string; mrn: string; family: string }[] = []
      let page: string | undefined = 'Patient?_count=1000'
      while (page !== undefined) {
        // A searchset of the sandbox's own generator.
        const bundle = (await get(page)) as SearchedPatients
        for (const { resource } of bundle.entry ?? []) {
          const restricted = resource.meta?.security?.some(({ code }) => code === 'R') ?? false
          if (!restricted) found.push({ id: resource.id, mrn: recordNumberOf(resource) ?? '', family: resource.name?.[0]?.family ?? '' })
        }
        page = bundle.link?.find(({ relation }) => relation === 'next')?.url.slice(place.fhirBase.length + 1)
      }
      const step = Math.max(1, found.length / count)
      return Array.from({ length: Math.min(count, found.length) }, (_, nth) => found[Math.floor(nth * step)]).filter((each) => each !== undefined)
    },
    patients: async (count) => {
      // A searchset of the sandbox's own generator.
      const bundle = (await get(`Patient?_count=${count}`)) as { readonly entry?: readonly { readonly resource: FoundPatient }[] }
      return (bundle.entry ?? []).flatMap(({ resource }) => {
        const mrn = recordNumberOf(resource)
        return mrn === undefined ? [] : [{ id: resource.id, mrn }]
      })
    },
    recordNumber: async (patient) => {
      // A patient of the sandbox's own generator.
      const mrn = recordNumberOf((await get(`Patient/${patient}`)) as FoundPatient)
      if (mrn === undefined) throw new Error('this patient has no record number')
      return mrn
    },
    close: () => dispatcher.close(),
  }
}

const recordNumberOf = ({ identifier }: FoundPatient) => identifier?.find((each) => each.type?.coding?.some((coding) => coding.code === 'MR'))?.value
