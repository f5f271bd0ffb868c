import { readFileSync } from 'node:fs'
import { Agent, request } from 'undici'
import { sections } from '../../shared/contract/index.ts'
import { searchPath, sectionQueries } from '../../electron/records/fhir/sections.ts'
import { openBrowser } from '../integration/sandbox-browser.ts'
import { openProbe, signIn } from '../integration/sandbox-client.ts'
import type { Rig } from './rig.ts'

/** The requests of a chart, made bare: no application around them. */
export interface Bare {
  /** Every section's first requests at once, bodies read; milliseconds until the last is in. */
  chart(patient: string): Promise<number>
  /** Ids and record numbers of patients that this physician finds. */
  patients(count: number): Promise<readonly { readonly id: string; readonly mrn: string }[]>
  /** The record number of a patient. Throws if there is none. */
  recordNumber(patient: string): Promise<string>
  close(): Promise<void>
}

interface FoundPatient {
  readonly id: string
  readonly identifier?: readonly { readonly value?: string; readonly type?: { readonly coding?: readonly { readonly code?: string }[] } }[]
}

export async function openBare({ ehr: { place }, physician }: Rig): Promise<Bare> {
  const caPem = readFileSync(place.caFile, 'utf8')
  const probe = await openProbe({ ...place, caPem })
  const browser = openBrowser(caPem)
  const ask = await probe.ask()
  const { access_token: token } = await probe.redeem(await signIn(browser, ask.url, physician), ask)
  await browser.close()
  await probe.close()
  const dispatcher = new Agent({ connect: { ca: caPem }, connections: 8 })
  const get = async (address: string) => {
    const answer = await request(`${place.fhirBase}/${address}`, { dispatcher, headers: { authorization: `Bearer ${token}`, accept: 'application/fhir+json' } })
    return answer.body.json()
  }
  return {
    chart: async (patient) => {
      const began = performance.now()
      await Promise.all(
        sections.flatMap((section) => {
          const query = sectionQueries[section]
          return query.kind === 'read' ? [get(`${query.type}/${patient}`)] : query.searches.map((search) => get(searchPath(search, patient)))
        }),
      )
      return performance.now() - began
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
