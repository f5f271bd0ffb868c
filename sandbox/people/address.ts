import type { Address, ContactPoint } from '@medplum/fhirtypes'
import type { Rng } from './random.ts'

const streets = ['Alder Street', 'Canal Road', 'Dunmore Avenue', 'Ferry Lane', 'Heron Way', 'Kiln Street', 'Mill Race', 'Old Quarry Road', 'Sycamore Court'] as const

/** A home in a town that does not exist. The ZIP code 00000 is assigned to no place. */
export function drawAddress(rng: Rng): Address {
  const flat = rng.chance(0.25) ? [`Apt ${rng.int(1, 40)}`] : []
  return {
    use: 'home',
    type: 'physical',
    line: [`${rng.int(1, 980)} ${rng.pick(streets)}`, ...flat],
    city: 'Millbrook Falls',
    state: 'NY',
    postalCode: '00000',
    country: 'US',
  }
}

/** 555-0100 to 555-0199 are kept for fiction by the North American Numbering Plan. */
export function drawPhone(rng: Rng): ContactPoint {
  return { system: 'phone', value: `(555) 555-01${String(rng.int(0, 99)).padStart(2, '0')}`, use: rng.chance(0.7) ? 'mobile' : 'home' }
}

/**
 * A medical record number: eight digits, without the dashes or the nine digits of a social security number.
 * One factor prime to the modulus makes it a permutation: no two patients of a population share one, up to 90 million.
 */
export function recordNumber(seed: number, index: number): string {
  const size = 90_000_000n
  const shifted = (BigInt(index) * 48_271_019n + BigInt(Math.abs(Math.trunc(seed))) * 7_919n) % size
  return String(10_000_000n + shifted)
}
