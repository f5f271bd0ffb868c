import { describe, expect, it } from 'vitest'
import { sectionQueries } from '../records/fhir/sections.ts'
import { readFhirUser } from './fhir-user.ts'
import { askedScopes, readScopes } from './permissions.ts'

const of = (text: string) => readScopes(text.split(' '))

describe('granted scopes @164.312(a)(2)(i)', () => {
  it('give everything when everything asked was granted', () => {
    expect(readScopes(askedScopes)).toEqual({ permissions: ['patient:search', 'chart:read', 'note:draft'], narrowed: false, legacy: false })
  })

  it('of a front desk let it look up people, and open no chart', () => {
    expect(of('openid fhirUser user/Patient.rs user/Practitioner.rs user/Location.rs')).toEqual({ permissions: ['patient:search'], narrowed: true, legacy: false })
  })

  it('without the right to file a note offer no note', () => {
    expect(of('user/*.rs').permissions).toEqual(['patient:search', 'chart:read'])
  })

  it('in the spelling of SMART v1 mean the same', () => {
    expect(of('user/*.read')).toMatchObject({ permissions: ['patient:search', 'chart:read'], legacy: true })
    expect(of('user/*.*')).toEqual({ permissions: ['patient:search', 'chart:read', 'note:draft'], narrowed: false, legacy: true })
    expect(of('user/Patient.read user/DocumentReference.write').permissions).toEqual(['patient:search'])
  })

  it('for a part of a kind still open the chart; the EHR decides on the rest', () => {
    expect(of('user/Patient.rs user/Observation.rs?category=laboratory').permissions).toEqual(['patient:search', 'chart:read'])
  })

  it('of another context, misspelt, or none, give nothing', () => {
    for (const text of ['', 'openid', 'patient/*.rs', 'system/*.rs', 'user/*.sr', 'user/*', 'user/*.', 'USER/*.rs', 'user/Patient.RS', 'user/*.rsx']) expect(of(text).permissions).toEqual([])
  })

  it('to read without the right to search find nobody', () => {
    expect(of('user/*.r').permissions).toEqual([])
  })
})

describe('the scopes that are asked', () => {
  it('are those of what the chart reads, each by its type, and of nothing that it does not', () => {
    const read = Object.values(sectionQueries).flatMap((query) => (query.kind === 'read' ? [query.type] : query.searches.flatMap((search) => [search.type, ...(search.with ?? [])])))
    const asked = askedScopes.flatMap((scope) => /^user\/([A-Za-z]+)\.c?rs$/.exec(scope)?.[1] ?? [])
    // The user's own name and role.
    expect(new Set(asked)).toEqual(new Set([...read, 'Practitioner', 'PractitionerRole']))
  })
})

describe('the claim fhirUser', () => {
  const base = 'https://ehr.example.org/fhir/R4'

  it('is read absolute and relative', () => {
    expect(readFhirUser(`${base}/Practitioner/12`, base)).toEqual({ is: 'staff', reference: 'Practitioner/12' })
    expect(readFhirUser('PractitionerRole/a.b-c', base)).toEqual({ is: 'staff', reference: 'PractitionerRole/a.b-c' })
  })

  it('of a patient or a relative is no staff', () => {
    expect(readFhirUser('Patient/1', base)).toEqual({ is: 'other' })
    expect(readFhirUser(`${base}/RelatedPerson/1`, base)).toEqual({ is: 'other' })
  })

  it('of another server, or that is no reference, means nothing here', () => {
    for (const claim of [undefined, '', 'https://other.example.org/fhir/R4/Practitioner/12', `${base}X/Practitioner/1`, 'Practitioner/1/../Patient/2', 'Practitioner/', 'Practitioner/1?x', 'Device/1']) {
      expect(readFhirUser(claim, base)).toEqual({ is: 'unknown' })
    }
  })
})
