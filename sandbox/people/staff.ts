import type { Role, Staff } from '../types.ts'
import { opaqueId } from './random.ts'

type Specialty = 'family' | 'internal' | 'cardiology' | 'pediatrics'

interface Colleague extends Staff {
  readonly prefix?: string
  readonly suffix?: string
  readonly specialty?: Specialty
}

function colleague(
  place: number,
  role: Role,
  given: string,
  family: string,
  username: string,
  more: { prefix?: string; suffix?: string; specialty?: Specialty; secondFactor?: 'always' | 'when-asked' } = {},
): Colleague {
  return { username, practitioner: opaqueId(`staff/${place}`), family, given, role, ...more }
}

/** Everybody who works in the hospital: the same people for every seed, so that sign-in does not depend on the population. */
export const colleagues = {
  family: colleague(0, 'physician', 'Daniel', 'Lindqvist', 'dlindqvist', { prefix: 'Dr.', suffix: 'MD', specialty: 'family', secondFactor: 'when-asked' }),
  internal: colleague(1, 'physician', 'Amara', 'Okafor', 'aokafor', { prefix: 'Dr.', suffix: 'MD', specialty: 'internal', secondFactor: 'when-asked' }),
  cardiology: colleague(2, 'physician', 'Priya', 'Raghunathan', 'praghunathan', { prefix: 'Dr.', suffix: 'MD', specialty: 'cardiology', secondFactor: 'when-asked' }),
  pediatrics: colleague(3, 'physician', 'Mateo', 'Villaseñor', 'mvillasenor', { prefix: 'Dr.', suffix: 'DO', specialty: 'pediatrics' }),
  nurseDay: colleague(4, 'nurse', 'Grace', 'Nakamura', 'gnakamura', { suffix: 'RN' }),
  nurseNight: colleague(5, 'nurse', 'Tomasz', 'Wieczorek', 'twieczorek', { suffix: 'RN', secondFactor: 'when-asked' }),
  nurseWard: colleague(6, 'nurse', 'Leilani', 'Kealoha', 'lkealoha', { suffix: 'RN' }),
  deskMorning: colleague(7, 'front-desk', 'Rosa', 'Benavides', 'rbenavides'),
  deskEvening: colleague(8, 'front-desk', 'Samuel', 'Adeyemi', 'sadeyemi'),
  support: colleague(9, 'support', 'Ingrid', 'Halvorsen', 'ihalvorsen', { secondFactor: 'always' }),
  compliance: colleague(10, 'compliance', 'Farid', 'Rahmani', 'frahmani', { secondFactor: 'always' }),
  privacy: colleague(11, 'privacy', 'Beatriz', 'Monteiro', 'bmonteiro', { secondFactor: 'always' }),
  supportSecond: colleague(12, 'support', 'Theodore', 'Marchetti', 'tmarchetti', { secondFactor: 'always' }),
} as const satisfies Record<string, Colleague>

/** The same people, as sign-in needs them. */
export const staff: readonly Staff[] = Object.values<Colleague>(colleagues).map(({ username, practitioner, family, given, role, secondFactor }) => ({
  username,
  practitioner,
  family,
  given,
  role,
  ...(secondFactor === undefined ? {} : { secondFactor }),
}))

export type { Colleague, Specialty }

/** `Dr. Amara Okafor, MD`. */
export function titled({ prefix, given, family, suffix }: Colleague): string {
  return [prefix, given, family].filter(Boolean).join(' ') + (suffix === undefined ? '' : `, ${suffix}`)
}
