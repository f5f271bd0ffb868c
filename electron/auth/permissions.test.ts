import { describe, expect, it } from 'vitest'
import { permissions as everything, sectionPermission } from '../../shared/contract/procedure.ts'
import { sections, sectionSources } from '../../shared/contract/sections.ts'
import { sectionQueries } from '../records/fhir/sections.ts'
import { readFhirUser } from './fhir-user.ts'
import { askedInSpelling, askedScopes, readScopes } from './permissions.ts'

const of = (text: string) => readScopes(text.split(' '))
const treating = everything.filter((permission) => permission !== 'audit:read' && !permission.startsWith('desk:'))
const reading = treating.filter((permission) => permission !== 'note:draft' && permission !== 'file:send')
const sectionsOf = (text: string) => of(text).permissions.filter((permission) => permission.startsWith('section:'))

describe('granted scopes @164.312(a)(2)(i)', () => {
  it('give all of the charts when everything asked was granted, and no review of who read them', () => {
    expect(readScopes(askedScopes)).toMatchObject({ narrowed: false, legacy: false })
    expect(new Set(readScopes(askedScopes).permissions)).toEqual(new Set(treating))
  })

  it('of a front desk let it look up people, and open no chart', () => {
    expect(of('openid fhirUser user/Patient.rs user/Practitioner.rs user/Location.rs')).toEqual({ permissions: ['patient:search'], narrowed: true, legacy: false })
  })

  it('of those who review open the audit trail, and no chart', () => {
    expect(of('openid user/AuditEvent.rs user/Practitioner.rs user/PractitionerRole.rs').permissions).toEqual(['audit:read'])
    expect(of('user/AuditEvent.read').permissions).toEqual(['audit:read'])
    expect(of('user/AuditEvent.crs user/Patient.rs').permissions).toEqual(['patient:search', 'audit:read'])
  })

  it('open no audit trail to who treats, to who may only report, nor by a wildcard', () => {
    for (const text of ['user/AuditEvent.c', 'user/AuditEvent.r', 'user/*.cruds', 'user/*.rs user/AuditEvent.rs', 'user/AuditEvent.rs?category=rest', 'user/Patient.rs user/Condition.rs user/AuditEvent.rs']) {
      expect(of(text).permissions, text).not.toContain('audit:read')
    }
  })

  it('of the support desk open the desk, each part by itself, and nothing of a patient', () => {
    expect(of('openid lockout.read user/Practitioner.rs user/PractitionerRole.rs').permissions).toEqual(['desk:read'])
    expect(of('lockout.read lockout.order lockout.alerts').permissions).toEqual(['desk:read', 'desk:order', 'desk:alerts'])
    expect(of('lockout.* lockout lockout.write constructor').permissions).toEqual([])
  })

  it('open no desk to whoever may see anything of a patient, or who looked at whom, even where all that was asked is granted', () => {
    for (const text of ['user/*.rs', 'user/Patient.rs', 'user/AuditEvent.rs', 'user/AuditEvent.rs user/Patient.rs']) {
      expect(of(`${text} lockout.read lockout.order lockout.alerts`).permissions.filter((permission) => permission.startsWith('desk:')), text).toEqual([])
    }
  })

  it('without the right to file a note offer no note', () => {
    expect(of('user/*.rs').permissions).toEqual(reading)
  })

  it('without the right to file its content let nobody send a file, and a chart is whole all the same', () => {
    const without = askedScopes.filter((scope) => !scope.startsWith('user/Binary.'))
    expect(readScopes(without)).toMatchObject({ narrowed: false })
    expect(readScopes(without).permissions).not.toContain('file:send')
    expect(of('user/*.rs user/Binary.cru').permissions).not.toContain('file:send')
  })

  it('in the spelling of SMART v1 mean the same', () => {
    expect(of('user/*.read')).toMatchObject({ permissions: reading, legacy: true })
    expect(of('user/*.*')).toMatchObject({ permissions: [...reading, 'note:draft', 'file:send'], narrowed: false, legacy: true })
    expect(of('user/Patient.read user/DocumentReference.write').permissions).toEqual(['patient:search'])
  })

  it('for a part of a kind open that part of the chart', () => {
    const system = 'http://terminology.hl7.org/CodeSystem/observation-category'
    for (const category of ['laboratory', `${system}|laboratory`]) {
      expect(of(`user/Patient.rs user/Observation.rs?category=${category}`)).toMatchObject({ permissions: ['patient:search', 'chart:read', 'section:patient', 'section:laboratory'], narrowed: true })
    }
    expect(sectionsOf('user/Patient.rs user/Condition.rs?category=health-concern')).toEqual(['section:patient', 'section:problems'])
  })

  it('with a constraint that is not understood promise nothing', () => {
    expect(sectionsOf('user/Patient.rs user/Flag.rs user/CareTeam.rs user/Observation.rs?status=final user/Observation.rs?category=laboratory&status=final')).toEqual(['section:patient', 'section:flags', 'section:careTeam'])
  })

  it('without one type leave out the sections that are made of it, and no other', () => {
    for (const withheld of new Set(sections.map((section) => sectionSources[section].type))) {
      if (withheld === 'Patient') continue
      const granted = readScopes(askedScopes.filter((scope) => !scope.startsWith(`user/${withheld}.`)))
      const missing = sections.filter((section) => sectionSources[section].type === withheld)
      expect(sections.filter((section) => !granted.permissions.includes(sectionPermission(section)))).toEqual(missing)
      expect(granted.narrowed).toBe(true)
    }
  })

  it('asked of a server of SMART v1 are spelled so, and mean as much', () => {
    const asked = askedInSpelling({ scopeSpelling: 'v1', deskScopes: [] }, 'review')
    expect(asked).toContain('user/Observation.read')
    expect(asked.join(' ')).not.toMatch(/[.]c?rs\b/)
    expect(asked).toEqual(expect.arrayContaining(['openid', 'fhirUser', 'offline_access', 'user/DocumentReference.read', 'user/DocumentReference.write']))
    expect(readScopes(asked)).toMatchObject({ permissions: [...reading, 'note:draft', 'file:send'], narrowed: false, legacy: true })
    expect(askedInSpelling({ scopeSpelling: 'v2', deskScopes: [] }, 'review')).toEqual(askedScopes)
    for (const beside of ['reports', 'review', 'desk'] as const) expect(askedInSpelling({ scopeSpelling: 'v1', deskScopes: ['lockout.read'] }, beside)).toContain('lockout.read')
    expect(askedInSpelling({ scopeSpelling: 'v1', deskScopes: ['lockout.read'] }, 'nothing')).not.toContain('lockout.read')
    expect(askedInSpelling({ scopeSpelling: 'v2', deskScopes: [] }, 'nothing').join()).not.toContain('AuditEvent')
    expect(askedInSpelling({ scopeSpelling: 'v2', deskScopes: [] }, 'reports')).toEqual([...askedScopes, 'user/AuditEvent.c'])
    expect(askedInSpelling({ scopeSpelling: 'v1', deskScopes: [] }, 'reports')).toEqual([...askedInSpelling({ scopeSpelling: 'v1', deskScopes: [] }, 'review'), 'user/AuditEvent.write'])
  })

  it('of another context, misspelt, or none, give nothing', () => {
    for (const text of ['', 'openid', 'patient/*.rs', 'system/*.rs', 'user/*.sr', 'user/*', 'user/*.', 'USER/*.rs', 'user/Patient.RS', 'user/*.rsx']) expect(of(text).permissions).toEqual([])
  })

  it('to read without the right to search find nobody', () => {
    expect(of('user/*.r').permissions).toEqual([])
  })
})

describe('the scopes that are asked', () => {
  it('are those of what the screens read, each by its type, and of nothing that it does not', () => {
    const read = Object.values(sectionQueries).flatMap((query) => (query.kind === 'read' ? [query.type] : query.searches.flatMap((search) => [search.type, ...(search.with ?? [])])))
    const asked = askedScopes.flatMap((scope) => /^user\/([A-Za-z]+)\.c?rs$/.exec(scope)?.[1] ?? [])
    // The user's own name and role; and for who reviews, what was done.
    expect(new Set(asked)).toEqual(new Set([...read, 'Practitioner', 'PractitionerRole', 'AuditEvent']))
  })
})

describe('what a section is said to be read from', () => {
  it.each(sections)('is what it is read from: %s', (section) => {
    const query = sectionQueries[section]
    const { type, categories } = sectionSources[section]
    if (query.kind === 'read') expect({ type: query.type, categories: undefined }).toEqual({ type, categories })
    else for (const search of query.searches) expect({ type: search.type, categories: search.parameters['category']?.split(',') }).toEqual({ type, categories })
  })
})

describe('the claim fhirUser', () => {
  const base = 'https://ehr.example.org/fhir/R4'

  it('is read absolute and relative', () => {
    expect(readFhirUser(`${base}/Practitioner/12`, undefined, base)).toEqual({ is: 'staff', reference: 'Practitioner/12' })
    expect(readFhirUser('PractitionerRole/a.b-c', undefined, base)).toEqual({ is: 'staff', reference: 'PractitionerRole/a.b-c' })
  })

  it('of a patient or a relative is no staff', () => {
    expect(readFhirUser('Patient/1', undefined, base)).toEqual({ is: 'other' })
    expect(readFhirUser(`${base}/RelatedPerson/1`, undefined, base)).toEqual({ is: 'other' })
  })

  it('of another server, or that is no reference, means nothing here', () => {
    for (const claim of [undefined, '', 'https://other.example.org/fhir/R4/Practitioner/12', `${base}X/Practitioner/1`, 'Practitioner/1/../Patient/2', 'Practitioner/', 'Practitioner/1?x', 'Device/1']) {
      expect(readFhirUser(claim, undefined, base)).toEqual({ is: 'unknown' })
    }
  })

  it('may come as the claim profile, which counts only where fhirUser is not there, and only if it names a person of this server', () => {
    expect(readFhirUser(undefined, `${base}/Practitioner/12`, base)).toEqual({ is: 'staff', reference: 'Practitioner/12' })
    expect(readFhirUser('Patient/1', `${base}/Practitioner/12`, base)).toEqual({ is: 'other' })
    expect(readFhirUser(undefined, 'https://people.example.org/~ada', base)).toEqual({ is: 'unknown' })
  })
})
