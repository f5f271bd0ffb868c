import type { Rng } from '../../sandbox/people/random.ts'

/** A person of the staff, as far as the alerts can tell one from another. */
export interface Worker {
  readonly key: string
  readonly role: 'physician' | 'nurse' | 'reviewer'
  readonly family: string
  readonly ward: number
}

export interface Inpatient {
  readonly id: string
  readonly family: string
  readonly ward: number
  readonly label: 'vip' | 'restricted' | undefined
  /** Days of the month, both included. */
  readonly from: number
  readonly until: number
}

export interface Hospital {
  readonly physicians: readonly Worker[]
  readonly nurses: readonly Worker[]
  /** Infection control, coding, pharmacy: their work is with everybody's chart, and they are in nobody's care team. */
  readonly reviewers: readonly Worker[]
  readonly patients: readonly Inpatient[]
  /** Who lives in the town and was a patient once: whom a curious person knows. */
  readonly town: readonly Inpatient[]
}

export const wards = 8
const beds = 24
const days = 30

/**
 * Family names by rank: the share of the n-th is about 1/(n + 120), so that the commonest has some 0.8% of all people and two
 * at random share a name in about one of two thousand cases, as in the US Census of 2010.
 */
function familyName(rng: Rng): string {
  const ranks = 20_000
  const top = Math.log((ranks + 120) / 120)
  return `family-${Math.floor(120 * Math.exp(rng.unit() * top) - 120)}`
}

/** A hospital of eight wards, and whoever lies there in a month. */
export function hospitalOf(rng: Rng): Hospital {
  const people = rng.fork('staff')
  const worker = (role: Worker['role'], place: number): Worker => ({ key: `${role}-${place}`, role, family: familyName(people), ward: place % wards })
  const staff = (role: Worker['role'], number: number) => Array.from({ length: number }, (_, place) => worker(role, place))
  const labels = rng.fork('labels')
  const label = (): Inpatient['label'] => (labels.chance(0.004) ? 'vip' : labels.chance(0.012) ? 'restricted' : undefined)
  const stays = rng.fork('stays')
  const patients: Inpatient[] = []
  for (let bed = 0; bed < wards * beds; bed += 1) {
    for (let day = -stays.int(0, 3); day < days; ) {
      const until = day + stays.int(1, 7)
      patients.push({ id: `p-${patients.length}`, family: familyName(stays), ward: bed % wards, label: label(), from: day, until })
      day = until + 1
    }
  }
  const town = Array.from({ length: 4_000 }, (_, place): Inpatient => ({ id: `t-${place}`, family: familyName(stays), ward: place % wards, label: label(), from: -1, until: -1 }))
  return { physicians: staff('physician', 48), nurses: staff('nurse', 112), reviewers: staff('reviewer', 3), patients, town }
}
