import type { Rng } from '../../sandbox/people/random.ts'
import { type Diary, day, hour, minute } from './diary.ts'
import { type Hospital, type Inpatient, wards, type Worker } from './hospital.ts'

/** How often the record says what is true of a relation: an admission or a change of duty reaches it late. */
const recorded = { ownWard: 0.97, otherWard: 0.85, night: 0.6, consult: 0.7 } as const

/** A month of honest work: what the alerts should let pass. `days` may be fewer, for a short run. */
export function workOf(hospital: Hospital, diary: Diary, rng: Rng, days: number): void {
  for (let today = 0; today < days; today += 1) {
    const lying = hospital.patients.filter(({ from, until }) => from <= today && until >= today)
    const onWard = (ward: number) => lying.filter((patient) => patient.ward === ward)
    const chance = rng.fork(`day-${today}`)
    for (let shift = 0; shift < 3; shift += 1) {
      const begins = today * day + 7 * hour + shift * 8 * hour
      for (let ward = 0; ward < wards; ward += 1) {
        for (let place = 0; place < 4; place += 1) nurseShift(begins, place, ward)
      }
    }
    for (let ward = 0; ward < wards; ward += 1) for (let place = 0; place < 3; place += 1) physicianDay(today * day + 7 * hour, place, ward)
    for (let cover = 0; cover < 2; cover += 1) nightCover(today * day + 19 * hour, cover)
    for (const reviewer of hospital.reviewers) if (today % 7 < 5) reviewDay(today * day + 8 * hour, reviewer)
    if (chance.chance(0.35)) emergency(today * day + chance.int(0, 23) * hour)
    if (chance.chance(0.03)) deadBattery(today * day + 6 * hour)

    function nurseShift(begins: number, place: number, ward: number): void {
      const who = pick(hospital.nurses.filter((nurse) => nurse.ward === ward), today * 4 + place)
      // One shift in ten is on a ward that is not one's own.
      const floats = chance.chance(0.1)
      const mine = onWard(floats ? (ward + 3) % wards : ward).filter((_, bed) => bed % 4 === place)
      const known = new Map(mine.map((patient) => [patient.id, chance.chance(floats ? recorded.otherWard : recorded.ownWard)]))
      unlocks(begins, who, 6)
      for (const patient of mine) {
        for (let look = chance.int(2, 5); look > 0; look -= 1) visit(begins + chance.int(5, 460) * minute, who, patient, known.get(patient.id) === true)
      }
    }

    function physicianDay(begins: number, place: number, ward: number): void {
      const who = pick(hospital.physicians.filter((physician) => physician.ward === ward), today + place)
      const mine = onWard(ward).filter((_, bed) => bed % 3 === place)
      unlocks(begins, who, 8)
      // The list before the round: now and then somebody who is late leafs through it.
      const hurries = chance.chance(0.04)
      let at = begins + chance.int(0, 30) * minute
      for (const patient of mine) {
        at += hurries ? chance.int(4_000, 9_000) : chance.int(25_000, 150_000)
        visit(at, who, patient, chance.chance(recorded.ownWard))
      }
      for (const patient of mine) if (chance.chance(0.7)) visit(begins + chance.int(120, 540) * minute, who, patient, chance.chance(recorded.ownWard))
      for (let consults = chance.int(0, 2); consults > 0; consults -= 1) visit(begins + chance.int(120, 500) * minute, who, anyOf(lying), chance.chance(recorded.consult))
    }

    function nightCover(begins: number, cover: number): void {
      const who = pick(hospital.physicians, today * 2 + cover + 5)
      unlocks(begins, who, 10)
      for (let calls = chance.int(4, 10); calls > 0; calls -= 1) visit(begins + chance.int(10, 700) * minute, who, anyOf(lying), chance.chance(recorded.night))
    }

    function reviewDay(begins: number, who: Worker): void {
      unlocks(begins, who, 4)
      for (let charts = chance.int(35, 75); charts > 0; charts -= 1) visit(begins + chance.int(0, 480) * minute, who, anyOf(lying), false)
    }

    function emergency(at: number): void {
      const patient = hospital.town.find(({ label }, index) => label === 'restricted' && index >= chance.int(0, 3_000))
      if (patient) diary.look(at, pick(hospital.physicians, today), patient, { relation: 'not-related', glassBroken: true })
    }

    function deadBattery(at: number): void {
      const who = pick(hospital.nurses, today)
      diary.note(at, who, { event: 'session.signedOut', wall: Date.UTC(2026, 0, 1), user: undefined }, { restarted: true })
    }

    function visit(at: number, who: Worker, patient: Inpatient, isKnown: boolean): void {
      // The next name on the list, closed again at once.
      if (chance.chance(0.005)) diary.look(at - 6_000, who, anyOf(lying), { relation: 'not-related' })
      diary.look(at, who, patient, { relation: isKnown ? 'related' : 'not-related' })
    }

    function unlocks(begins: number, who: Worker, times: number): void {
      for (let time = 0; time < times; time += 1) {
        const at = begins + chance.int(0, 470) * minute
        const wrong = chance.chance(0.04) ? (chance.chance(0.05) ? 3 : chance.chance(0.15) ? 2 : 1) : 0
        for (let tried = 0; tried < wrong; tried += 1) diary.note(at - (wrong - tried) * 6_000, who, { event: 'session.unlock', outcome: 'failed', failure: 'pin-wrong' })
        diary.note(at, who, { event: 'session.unlock', outcome: 'success' })
      }
    }

    function anyOf(patients: readonly Inpatient[]): Inpatient {
      return pick(patients, chance.int(0, patients.length - 1))
    }
  }
}

/** The one at a place of a list, counted around. Throws on an empty one. */
export function pick<T>(from: readonly T[], place: number): T {
  const found = from[place % from.length]
  if (found === undefined) throw new Error('nothing to pick from')
  return found
}
