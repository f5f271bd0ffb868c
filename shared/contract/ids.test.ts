import { describe, expect, it } from 'vitest'
import { PatientId, ResourceId } from './ids.ts'

describe('an id that a page or an EHR names', () => {
  it.each(['a', '12.3', '...', '.a', 'A-1.b', 'x'.repeat(64)])('is one as FHIR spells it: %s', (id) => {
    expect(PatientId.safeParse(id).success).toBe(true)
    expect(ResourceId.safeParse(id).success).toBe(true)
  })

  it.each(['.', '..', '', 'a/b', '../Patient', 'a?b', 'x'.repeat(65)])('is refused where it would be another place in a URL: %s', (id) => {
    expect(PatientId.safeParse(id).success).toBe(false)
    expect(ResourceId.safeParse(id).success).toBe(false)
  })
})
