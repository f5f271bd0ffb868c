import type { PanelKey } from './codes/laboratory.ts'
import { addYears, dateOf, type Day, dayOf, yearsBetween } from './calendar.ts'
import { type Allergy, type AllergyStatus, drawAllergies } from './allergies.ts'
import { type Disease, drawDiseases, earliestAge, tidied } from './diseases.ts'
import { drawName, drawTradition, type PersonName, type Tradition, type TraditionKey, traditions } from './names.ts'
import { opaqueId, type Rng, rngOf } from './random.ts'

/** What a named case fixes about a person; the rest is drawn. */
export interface Profile {
  readonly name?: PersonName
  readonly tradition?: TraditionKey
  readonly sex?: 'female' | 'male'
  /** What the record says, where it is not the sex that the body follows. */
  readonly recordedGender?: 'unknown' | 'other'
  /** As recorded: a year, a month or a day. */
  readonly birthDate?: string
  /** Years, where `birthDate` is not given. */
  readonly age?: number
  readonly diseases?: readonly Disease[]
  readonly smoking?: Smoking
  /** Weeks, on the last day of the record. */
  readonly gestation?: number
  readonly allergies?: 'none-known' | 'not-recorded' | readonly Omit<Allergy, 'recorded'>[]
  readonly codeStatus?: 'full' | 'do-not-resuscitate'
  readonly isDeceased?: boolean
  readonly isRestricted?: boolean
  /** A registration and nothing else. */
  readonly isEmpty?: boolean
  /** Which reference ranges the laboratory sent. */
  readonly ranges?: 'usual' | 'missing' | 'one-sided'
  /** Holds refuted and entered-in-error entries. */
  readonly hasMistakes?: boolean
  /** Whatever is written for some people is written for this one. */
  readonly isThorough?: boolean
  /** Drugs are references into the hospital's list, not codes in the prescription. */
  readonly hasDrugsByReference?: boolean
  /** It is known that the person died, and not when. */
  readonly isDeathUndated?: boolean
  readonly isInHospital?: 'critical-potassium'
  /** Years of records, days between two visits, and the blood drawn nearly every time (else a metabolic panel), where not the usual. */
  readonly record?: { readonly years: number; readonly daysBetween: number; readonly panels?: readonly PanelKey[] }
}

export type Smoking = 'never' | 'former' | 'daily'

export interface Person {
  readonly seed: number
  readonly index: number
  readonly id: string
  readonly sex: 'female' | 'male'
  readonly gender: 'female' | 'male' | 'unknown' | 'other'
  readonly name: PersonName
  readonly tradition: Tradition
  /** As recorded, perhaps a year alone; `born` is the latest day that this allows. */
  readonly birthDate: string
  readonly born: Day
  readonly died?: Day
  /** First and last day on which this hospital recorded anything. */
  readonly from: Day
  readonly until: Day
  readonly smoking: Smoking
  readonly allergies: AllergyStatus
  /** With the day each began. */
  readonly diseases: ReadonlyMap<Disease, Day>
  readonly profile: Profile
  readonly rng: Rng
}

/** Is something that is written for a share of people written for this one? */
export function isWritten({ profile }: Pick<Person, 'profile'>, rng: Rng, share: number): boolean {
  return rng.chance(share) || profile.isThorough === true
}

export function ageOn(person: Pick<Person, 'born'>, day: Day): number {
  return yearsBetween(person.born, day)
}

/** Ages of the people a hospital sees: older than the town. */
function drawAge(rng: Rng): number {
  const ticket = rng.unit()
  if (ticket < 0.16) return rng.int(0, 17)
  if (ticket < 0.44) return rng.int(18, 44)
  if (ticket < 0.7) return rng.int(45, 64)
  return ticket < 0.91 ? rng.int(65, 79) : rng.int(80, 97)
}

/**
 * For how long the hospital has known somebody. Most have come for a few years, some for many, a third for less than two: people move,
 * and so do their insurances. The named cases have enough to show.
 */
function daysKnown(profile: Profile, rng: Rng): number {
  if (profile.record !== undefined) return Math.round(profile.record.years * 365.25)
  if (Object.keys(profile).length > 0) return Math.round(rng.int(4, 9) * 365.25)
  const ticket = rng.unit()
  if (ticket < 0.35) return rng.int(45, 730)
  return ticket < 0.8 ? rng.int(730, 2190) : rng.int(2190, 4380)
}

function settledAllergies(person: { profile: Profile; rng: Rng; from: Day; until: Day; age: number }): AllergyStatus {
  const { profile, from, until } = person
  const rng = person.rng.fork('allergies')
  if (profile.allergies === undefined) return drawAllergies(rng, person.age, from, until)
  if (profile.allergies === 'not-recorded') return { kind: 'not-recorded' }
  if (profile.allergies === 'none-known') return { kind: 'none-known', asserted: rng.int(from, until) }
  return { kind: 'listed', allergies: profile.allergies.map((allergy) => ({ ...allergy, recorded: rng.int(from, until) })) }
}

/** When each disease began: between its earliest age and the last record, so that some are old and some new. */
function onsets(of: Iterable<Disease>, person: { born: Day; until: Day; rng: Rng; gestation: number | undefined }): ReadonlyMap<Disease, Day> {
  const entries = [...of].map((disease): [Disease, Day] => {
    const rng = person.rng.fork(`onset/${disease}`)
    // A pregnancy began so that it is running, or ended within the years of the record.
    if (disease === 'pregnancy') return [disease, person.until - (person.gestation === undefined ? rng.int(60, 800) : person.gestation * 7)]
    if (disease === 'sickle-cell') return [disease, Math.min(person.born + 14, person.until)]
    const earliest = Math.max(addYears(person.born, earliestAge(disease)), addYears(person.until, -18))
    return [disease, rng.int(Math.min(earliest, person.until - 200), person.until - 200)]
  })
  return new Map(entries)
}

/** The person at a place in the population. `today` is the first day that has no records yet. */
export function makePerson(seed: number, index: number, today: Day, profile: Profile = {}): Person {
  const rng = rngOf(`${seed}/patient/${index}`)
  const who = rng.fork('who')
  const traditionKey = profile.tradition ?? drawTradition(who)
  const tradition = traditions[traditionKey]
  const sex = profile.sex ?? (who.chance(0.53) ? 'female' : 'male')
  const age = profile.age ?? drawAge(who)
  const birthDate = profile.birthDate ?? dateOf(addYears(today, -age) - who.int(20, 340))
  const born = dayOf(birthDate)
  const isDeceased = profile.isDeceased ?? (age >= 68 && profile.birthDate === undefined && who.chance(0.06))
  const died = isDeceased ? today - who.int(30, 700) : undefined
  const until = died ?? today - 1
  const from = Math.max(born, until - daysKnown(profile, who))
  const lastAge = yearsBetween(born, until)
  const smoking = profile.smoking ?? (lastAge < 18 || who.chance(0.64) ? 'never' : who.chance(0.65) ? 'former' : 'daily')
  const isOfAfricanDescent = traditionKey === 'africanAmerican' || traditionKey === 'westAfrican'
  const drawn =
    profile.diseases === undefined
      ? drawDiseases({ age: lastAge, sex, hasSmoked: smoking !== 'never', isOfAfricanDescent }, rng.fork('diseases'))
      : tidied(new Set(profile.diseases), lastAge)

  return {
    seed,
    index,
    id: opaqueId(`${seed}/patient/${index}`),
    sex,
    gender: profile.recordedGender ?? sex,
    name: profile.name ?? drawName(tradition, sex, who.fork('name')),
    tradition,
    birthDate,
    born,
    ...(died !== undefined && { died }),
    from,
    until,
    smoking,
    allergies: settledAllergies({ profile, rng, from, until, age: lastAge }),
    diseases: onsets(drawn, { born, until, rng, gestation: profile.gestation }),
    profile,
    rng,
  }
}
