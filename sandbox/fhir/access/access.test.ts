import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Caller, type Role, roles } from '../../types.ts'
import { isInScope, mayUse, mayWrite, type PatientFacts, sightOf } from './access.ts'
import { servedTypes } from './served-types.ts'

const caller = (role: Role, ...scopes: string[]): Caller => ({ sub: 's', practitioner: 'p', role, scopes, clientId: 'c' })
const physician = caller('physician', 'user/*.cruds')
const nurse = caller('nurse', 'user/*.cruds')
const frontDesk = caller('front-desk', 'user/*.cruds')
const support = caller('support', 'user/*.cruds')
const compliance = caller('compliance', 'user/*.cruds')
const privacy = caller('privacy', 'user/*.cruds')
const everyone = [physician, nurse, frontDesk, support, compliance, privacy]

const stranger: PatientFacts = { restricted: false, inCareTeam: false }
const own: PatientFacts = { restricted: false, inCareTeam: true }
const restricted: PatientFacts = { restricted: true, inCareTeam: false }
const ownRestricted: PatientFacts = { restricted: true, inCareTeam: true }

const record = (type: string, patient: PatientFacts | undefined, isLabelled = false) => ({ type, patient, restricted: isLabelled, noteTypes: [] })
const clinical = servedTypes.filter(({ about }) => about === 'patient').map(({ type }) => type)

describe('scopes @164.312(a)(1)', () => {
  it('grant the letters they name, for the type they name', () => {
    expect(isInScope(['user/Observation.rs'], 'Observation', 's')).toBe(true)
    expect(isInScope(['user/Observation.rs'], 'Observation', 'c')).toBe(false)
    expect(isInScope(['user/Observation.rs'], 'Condition', 'r')).toBe(false)
    expect(isInScope(['user/*.r'], 'Condition', 'r')).toBe(true)
  })

  it('in their old spelling grant what that meant', () => {
    expect(isInScope(['user/*.read'], 'Condition', 's')).toBe(true)
    expect(isInScope(['user/*.read'], 'Condition', 'c')).toBe(false)
    expect(isInScope(['user/Condition.*'], 'Condition', 'd')).toBe(true)
  })

  it.each(['patient/Observation.rs', 'system/*.rs', 'user/Observation.rs?category=laboratory', 'user/Observation', 'USER/Observation.rs', 'user/.rs', 'openid', ''])(
    'grant nothing as %j',
    (scope) => expect(isInScope([scope], 'Observation', 'r')).toBe(false),
  )

  it('without which no role may do anything with any type', () => {
    for (const role of roles) {
      for (const { type } of servedTypes) {
        for (const interaction of ['c', 'r', 'u', 'd', 's'] as const) expect(mayUse(caller(role, 'openid'), type, interaction)).toBe(false)
      }
    }
  })
})

describe('a physician @164.312(a)(1)', () => {
  it('reads the chart of any patient who is not restricted', () => expect(sightOf(record('Observation', stranger))).toBe('full'))
  it('writes into the chart of patients in whose care team they are', () => expect(mayWrite(physician, record('Condition', own))).toBe(true))
  it('does not write into the chart of others', () => expect(mayWrite(physician, record('Condition', stranger))).toBe(false))
  it('deletes nothing of the clinical record', () => {
    expect(mayUse(physician, 'Observation', 'd')).toBe(false)
    expect(mayUse(physician, 'Patient', 'd')).toBe(false)
  })
})

describe('a nurse @164.312(a)(1)', () => {
  it('reads what a physician reads', () => expect(sightOf(record('DocumentReference', stranger))).toBe('full'))
  it('writes nursing notes, and not those of physicians', () => {
    expect(mayWrite(nurse, { ...record('DocumentReference', own), noteTypes: ['34746-8'] })).toBe(true)
    expect(mayWrite(nurse, { ...record('DocumentReference', own), noteTypes: ['11506-3'] })).toBe(false)
    expect(mayWrite(nurse, record('DocumentReference', own))).toBe(false)
  })
  it('orders no medication', () => expect(mayUse(nurse, 'MedicationRequest', 'c')).toBe(false))
})

describe('the front desk @164.312(a)(1)', () => {
  it('reads demographics, appointments and coverage', () => {
    for (const type of ['Patient', 'Appointment', 'Coverage']) expect(mayUse(frontDesk, type, 'r')).toBe(true)
  })
  it('reads and searches nothing clinical, whatever it was granted', () => {
    for (const type of clinical.filter((one) => one !== 'Appointment' && one !== 'Coverage')) {
      expect(mayUse(frontDesk, type, 'r')).toBe(false)
      expect(mayUse(frontDesk, type, 's')).toBe(false)
    }
  })
})

describe('those who treat nobody @164.312(a)(1)', () => {
  it('see nothing of any patient, but privacy, which sees whom it writes to', () => {
    for (const someone of [support, compliance, privacy]) {
      for (const type of [...clinical, 'Patient', 'Questionnaire', 'Medication']) {
        const isWhom = someone === privacy && type === 'Patient'
        for (const interaction of ['r', 's'] as const) expect(mayUse(someone, type, interaction)).toBe(isWhom)
        for (const interaction of ['c', 'u', 'd'] as const) expect(mayUse(someone, type, interaction)).toBe(false)
      }
    }
  })
  it('know who works here', () => {
    for (const someone of everyone) for (const type of ['Practitioner', 'Organization', 'Location']) expect(mayUse(someone, type, 'r')).toBe(true)
  })
})

describe('what was done @164.312(b)', () => {
  it('is reported by everyone, and changed or withdrawn by nobody', () => {
    for (const someone of everyone) {
      expect(mayUse(someone, 'AuditEvent', 'c')).toBe(true)
      expect(mayWrite(someone, record('AuditEvent', undefined))).toBe(true)
      for (const interaction of ['u', 'd'] as const) expect(mayUse(someone, 'AuditEvent', interaction)).toBe(false)
    }
  })
  it('is read by compliance and privacy, and by nobody else', () => {
    for (const someone of everyone) {
      const isReader = someone === compliance || someone === privacy
      for (const interaction of ['r', 's'] as const) expect(mayUse(someone, 'AuditEvent', interaction)).toBe(isReader)
    }
    expect(sightOf(record('AuditEvent', restricted))).toBe('full')
  })
  it('is not read with a scope for it alone', () => expect(mayUse(caller('physician', 'user/AuditEvent.rs'), 'AuditEvent', 'r')).toBe(false))
})

describe('who wrote something', () => {
  it('is said once', () => {
    for (const someone of everyone) for (const interaction of ['u', 'd'] as const) expect(mayUse(someone, 'Provenance', interaction)).toBe(false)
  })
})

describe('a restricted patient @164.312(a)(1)', () => {
  it('is seen as a few lines by those outside the care team', () => expect(sightOf(record('Patient', restricted, true))).toBe('demographics'))
  it('has a closed chart for them', () => {
    for (const type of clinical) expect(sightOf(record(type, restricted))).toBe('none')
  })
  it('is seen whole by the care team', () => {
    expect(sightOf(record('Patient', ownRestricted, true))).toBe('full')
    expect(sightOf(record('Observation', ownRestricted))).toBe('full')
  })
  it('is not written to by anyone who is outside', () => {
    for (const someone of [physician, nurse, frontDesk]) {
      for (const type of [...clinical, 'Patient']) expect(mayWrite(someone, record(type, restricted))).toBe(false)
    }
  })
})

describe('one restricted record of a patient who is not', () => {
  it('is for the care team', () => {
    expect(sightOf(record('DocumentReference', stranger, true))).toBe('none')
    expect(sightOf(record('DocumentReference', own, true))).toBe('full')
  })
})

describe('what access follows from', () => {
  it('is written by nobody: no role adds itself to a care team', () => {
    for (const someone of [physician, nurse, frontDesk]) {
      for (const type of ['CareTeam', 'Practitioner', 'PractitionerRole']) {
        for (const interaction of ['c', 'u', 'd'] as const) expect(mayUse(someone, type, interaction)).toBe(false)
      }
    }
  })
})

describe('what is not known', () => {
  it('is closed: a clinical record without a patient belongs to nobody’s chart', () => {
    for (const type of clinical) expect(sightOf(record(type, undefined))).toBe('none')
  })
  it('is closed: a type that is not served, a prototype member included', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', 'Bundle', 'Group')), (type) => {
        fc.pre(!servedTypes.some((row) => row.type === type))
        expect(mayUse(physician, type, 'r')).toBe(false)
        expect(sightOf(record(type, own))).toBe('none')
      }),
    )
  })
})
