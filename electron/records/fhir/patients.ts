import type { Patient, Resource } from '@medplum/fhirtypes'
import { ChartkeepError } from '../../../shared/errors.ts'
import { type Belonging, type Page, readBundle } from './bundle.ts'
import type { FhirClient } from './client.ts'
import type { Effort } from '../ehr/effort.ts'
import { nextWithin } from './paging.ts'
import { rankPatients } from './patient-rank.ts'
import { readSearch, searchParameters } from './patient-search.ts'

export interface FoundPatients {
  readonly patients: readonly Patient[]
  /** The EHR has more than these. */
  readonly cut: boolean
}

const mostFound = 50
/** Ids in one request, so that no server has to read a longer one. */
const idsAtOnce = 50
const mostMine = 300
/** Pages of care teams: a server that gives out ever new ones has lost its way. */
const mostTeamPages = 20

const anyone = { types: ['Patient'], belongs: () => 'yes' as const }

/** Patients for a typed text, best first. */
export async function searchPatients(client: FhirClient, text: string, signal?: AbortSignal): Promise<FoundPatients> {
  const effort = client.effort(signal)
  const answers = await Promise.all(
    readSearch(text).map(async (reading) => {
      const page = readBundle(await client.search('Patient', searchParameters(reading, mostFound), { effort }), anyone)
      const ranked = rankPatients(reading, page.resources)
      // Of a record number's answers only the exact ones are kept: that others were cut is no loss.
      return { ranked, cut: reading.kind !== 'identifier' && (page.next !== undefined || page.isPartial || (page.total ?? 0) > page.resources.length) }
    }),
  )
  const patients = [...new Map(answers.flatMap(({ ranked }) => ranked).map((patient) => [patient.id, patient])).values()]
  return { patients: patients.slice(0, mostFound), cut: answers.some(({ cut }) => cut) || patients.length > mostFound }
}

/** Patients in whose active care team the user is, by name. `fhirUser`: `Practitioner/123`, or the same as an absolute address. */
export async function patientsOf(client: FhirClient, fhirUser: string, signal?: AbortSignal): Promise<FoundPatients> {
  const participant = fhirUser.split('/').slice(-2).join('/')
  const effort = client.effort(signal)
  const { ids, cut } = await idsOfTeams(client, participant, effort)
  const pages = await Promise.all(inGroups([...ids].slice(0, mostMine), idsAtOnce).map((group) => withIds(client, group, effort)))
  const patients = rankPatients({ kind: 'name', words: [] }, pages.flat().flatMap((page) => page.resources))
  return { patients, cut: cut || ids.size > mostMine || pages.flat().some((page) => page.isPartial) }
}

/** The patients with these ids, over as many pages as the server likes to make of them. */
async function withIds(client: FhirClient, ids: readonly string[], effort: Effort): Promise<Page[]> {
  const rules = { types: ['Patient'], belongs: (patient: Resource): Belonging => (patient.id !== undefined && ids.includes(patient.id) ? 'yes' : 'no') }
  const parameters = new URLSearchParams({ _id: ids.join(','), _count: String(idsAtOnce) })
  const pages = [readBundle(await client.search('Patient', parameters, { effort }), rules)]
  const seen = new Set<string>()
  for (let next = pages[0]?.next; next !== undefined && pages.length < idsAtOnce; next = pages.at(-1)?.next) {
    const url = nextWithin(client.fhirBase, next, seen)
    seen.add(url)
    const answer = await client.get(url, { effort })
    if (answer.kind === 'unchanged') throw new ChartkeepError('server')
    pages.push(readBundle(answer.json, rules))
  }
  return pages
}

async function idsOfTeams(client: FhirClient, participant: string, effort: Effort): Promise<{ ids: Set<string>; cut: boolean }> {
  const ids = new Set<string>()
  const seen = new Set<string>()
  let url: string | undefined = `CareTeam?${new URLSearchParams({ participant, status: 'active', _count: '200' }).toString()}`
  while (url !== undefined && ids.size <= mostMine && seen.size < mostTeamPages) {
    seen.add(new URL(url, `${client.fhirBase}/`).href)
    const answer = await client.get(url, { effort })
    if (answer.kind === 'unchanged') throw new ChartkeepError('server')
    const page = readBundle(answer.json, { types: ['CareTeam'], belongs: () => 'yes' })
    for (const team of page.resources) for (const id of subjectOf(team)) ids.add(id)
    url = page.next === undefined ? undefined : nextWithin(client.fhirBase, page.next, seen)
  }
  return { ids, cut: url !== undefined }
}

function subjectOf(resource: Resource): string[] {
  const reference: unknown = resource.resourceType === 'CareTeam' ? resource.subject?.reference : undefined
  const found = typeof reference === 'string' ? /(?:^|\/)Patient\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/.exec(reference) : null
  return found?.[1] === undefined ? [] : [found[1]]
}

function inGroups<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size))
}
