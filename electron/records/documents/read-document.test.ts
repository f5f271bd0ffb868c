import { describe, expect, it } from 'vitest'
import { kindOf } from '../../../shared/errors.ts'
import { placeOf } from './read-document.ts'

const base = 'https://ehr.example.org/fhir'
const place = (url: string) => {
  try {
    return placeOf({ declared: 'pdf', at: { kind: 'elsewhere', url } }, base)
  } catch (error) {
    return kindOf(error)
  }
}

describe('where the file of a document is read', () => {
  it.each(['Binary/b1', 'Binary/a.b-c', 'Binary/...', 'Binary/.b', 'Binary/b1/_history/2'])('is a Binary of this EHR: %s', (path) => {
    expect(place(path)).toBe(path)
    expect(place(`${base}/${path}`)).toBe(path)
  })

  it.each(['Binary/.', 'Binary/..', 'Binary/./_history/2', 'Binary/../_history/2', 'Binary/b1/_history/.', 'Binary/b1/_history/..', 'Binary/b1/..', 'Binary/'])('is never what leads out of it: %s', (path) => {
    expect(place(path)).toBe('redirected')
    expect(place(`${base}/${path}`)).toBe('redirected')
  })
})
