import type { Resource } from '@medplum/fhirtypes'
import { essentialElements } from './definitions.ts'
import { markedAsPart } from '../access/demographics.ts'

/** Whether a member of a resource is an element: `_birthDate` is of `birthDate`, and `valueQuantity` of `value`, which has a choice of types. */
function isOf(member: string, element: string): boolean {
  const name = member.replace(/^_/, '')
  if (element.endsWith('[x]')) return name.startsWith(element.slice(0, -3)) && /^[A-Z]/.test(name.slice(element.length - 3))
  return name === element
}

/**
 * Cuts a resource down to the elements that were asked by `_elements`, each by its name or, where it has a choice of types, by the name
 * before the type too (`value`). What is mandatory stays, as FHIR R4 asks of a server (search, `_elements`), and what modifies stays besides: a problem that is
 * refuted must not be read as one that is not, by a client that forgot to ask. It is tagged SUBSETTED, so that nobody writes it back.
 *
 * The first call reads the structure definitions (half a second).
 */
export function cutDown(resource: Resource, asked: readonly string[]): Resource {
  const { always, choices } = essentialElements(resource.resourceType)
  const kept = ['resourceType', 'id', 'meta', ...always, ...asked, ...choices.filter((choice) => asked.includes(choice.slice(0, -3)))]
  const cut = Object.fromEntries(Object.entries(resource).filter(([member]) => kept.some((element) => isOf(member, element))))
  // Of the same type: what is mandatory was kept.
  return { ...cut, meta: markedAsPart(resource.meta) } as Resource
}
