import { expect, it } from 'vitest'
import { isOneself } from './oneself.ts'

it('takes a colleague of the same name for somebody else, who may agree to what the other one asked for', () => {
  const [one, other] = [{ sub: 's-1', name: 'Jo Larkin' }, { sub: 's-2', name: 'Jo Larkin' }]
  expect(isOneself({ sub: 's-1' }, one)).toBe(true)
  expect(isOneself({ sub: 's-2' }, one)).toBe(false)
  expect(isOneself({ sub: 's-1' }, other)).toBe(false)
})

it('takes nobody for whoever is here while it is not known who that is', () => {
  expect(isOneself({}, { sub: 's-1' })).toBe(false)
})
