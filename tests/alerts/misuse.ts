import { assertNever } from '../../shared/assert-never.ts'
import type { Rng } from '../../sandbox/people/random.ts'
import { day, type Diary, type Episode, hour, minute, type Misuse, misuses } from './diary.ts'
import type { Hospital, Inpatient, Worker } from './hospital.ts'
import { pick } from './work.ts'

/** How often each happens in thirty days. Far more than anywhere, so that recall is more than the luck of one case. */
const perMonth: Readonly<Record<Misuse, number>> = {
  neighbour: 30, relative: 25, 'night-look': 20, 'vip-peek': 20, 'bulk-fast': 10, 'bulk-slow': 10, 'shared-account': 12,
  'pin-guessing': 15, probing: 12, 'glass-abuse': 8, clock: 8, 'own-ward': 15,
} // prettier-ignore

/** Writes the misuse of a month, or of its first `days`, among the work. Returns what was done: the truth. */
export function misuseOf(hospital: Hospital, diary: Diary, rng: Rng, days: number): readonly Episode[] {
  const done: Episode[] = []
  for (const kind of misuses) {
    const chance = rng.fork(kind)
    for (let number = 0; number < Math.max(2, Math.round((perMonth[kind] * days) / 30)); number += 1) {
      const episode = { kind, number }
      done.push(episode)
      commit(episode, chance, chance.int(0, days - 1) * day)
    }
  }
  return done

  function commit(episode: Episode, chance: Rng, midnight: number): void {
    const staff = [...hospital.nurses, ...hospital.physicians]
    const who = pick(staff, chance.int(0, staff.length - 1))
    const byDay = midnight + chance.int(8 * 60, 18 * 60) * minute
    const byNight = midnight + 21 * hour + chance.int(0, 8 * 60) * minute
    const townsman = () => pick(hospital.town.filter(({ label }) => label === undefined), chance.int(0, 3_900))
    const look = (at: number, patient: Inpatient, more: { readonly glassBroken?: boolean; readonly by?: Worker; readonly related?: boolean } = {}) =>
      diary.look(at, more.by ?? who, patient, { relation: more.related ? 'related' : 'not-related', episode, ...(more.glassBroken ? { glassBroken: true } : {}) })
    const several = (from: number, number: number, gap: () => number) => {
      let at = from
      for (let done = 0; done < number; done += 1) look((at += gap()), townsman())
    }
    switch (episode.kind) {
      case 'neighbour':
        return several(byDay, chance.int(1, 3), () => chance.int(30, 240) * 1_000)
      case 'night-look':
        return several(byNight, chance.int(1, 4), () => chance.int(30, 240) * 1_000)
      case 'relative':
        // Three in four share the name; a married daughter does not.
        return look(byDay, { ...townsman(), ...(chance.chance(0.75) ? { family: who.family } : {}) })
      case 'vip-peek':
        return look(byDay, { ...townsman(), label: 'vip' })
      case 'bulk-fast':
        return several(byDay, chance.int(25, 90), () => chance.int(2_000, 7_000))
      case 'bulk-slow':
        return several(byDay, chance.int(50, 130), () => chance.int(7_000, 90_000))
      case 'shared-account':
        return several(chance.chance(0.5) ? byDay : byNight, chance.int(2, 6), () => chance.int(20, 120) * 1_000)
      case 'pin-guessing':
        for (let tried = 0; tried < chance.int(2, 5); tried += 1) diary.note(byDay + tried * 12_000, who, { event: 'session.unlock', outcome: 'failed', failure: 'pin-wrong' }, { episode })
        return undefined
      case 'probing':
        for (let tried = chance.int(2, 7); tried > 0; tried -= 1) look(byDay + tried * chance.int(20, 120) * 1_000, { ...townsman(), id: `closed-${chance.int(0, 999_999)}`, label: 'restricted' })
        return undefined
      case 'glass-abuse':
        return look(byDay, { ...townsman(), label: 'restricted' }, { glassBroken: true })
      case 'clock':
        return diary.note(byDay, who, { event: 'session.active', wall: Date.UTC(2026, 5, 1) + byDay - chance.int(2, 48) * hour }, { episode })
      case 'own-ward':
        return look(byDay, pick(hospital.patients, chance.int(0, hospital.patients.length - 1)), { related: true })
      default:
        return assertNever(episode.kind)
    }
  }
}
