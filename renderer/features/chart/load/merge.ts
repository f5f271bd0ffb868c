import type { Section } from '../../../../shared/contract/index.ts'

/**
 * Whether newer data can take the place of what is shown without anything moving: the same records in the same order.
 * Anything else waits until nobody points at the list (rule 15).
 */
export function fitsInPlace(shown: Section, newer: Section): boolean {
  return shown.resources.length === newer.resources.length && shown.resources.every((resource, index) => isSameRecord(resource, newer.resources[index]))
}

interface Named {
  readonly resourceType: string
  readonly id?: string | undefined
}

function isSameRecord(one: Named, other: Named | undefined): boolean {
  return other !== undefined && one.id !== undefined && one.resourceType === other.resourceType && one.id === other.id
}

/** The pages after the first are kept only while they still follow on from it. */
export function withFirstPage(pages: readonly Section[], newer: Section): Section[] {
  const [first, ...rest] = pages
  return first !== undefined && first.next === newer.next ? [newer, ...rest] : [newer]
}
