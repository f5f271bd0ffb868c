import { describe, expect, it } from 'vitest'
import { pinWeakness } from './pin-weakness.ts'

describe('a PIN that is easy to guess is refused', () => {
  it.each([
    ['12345', 'too-short'],
    ['111111', 'few-characters'],
    ['123456', 'sequence'],
    ['987654', 'sequence'],
    ['qwertz', 'sequence'],
    ['121212', 'few-characters'],
    ['123123', 'repetition'],
    ['890123', 'sequence'],
    ['140361', 'date'],
    ['610314', 'date'],
    ['password1', 'common'],
    ['abcabc', 'repetition'],
    ['Password', 'common'],
    ['112233', 'common'],
    ['12031961', 'date'],
    ['19610312', 'date'],
  ])('%s: %s', (pin, weakness) => {
    expect(pinWeakness(pin, 6)).toBe(weakness)
  })

  it.each(['483920', 'kestrel over fen', '7pines!', '90210-4'])('and %s is not', (pin) => {
    expect(pinWeakness(pin, 6)).toBeUndefined()
  })

  it('counts characters as people do', () => {
    expect(pinWeakness('🦊🦉🐝', 6)).toBe('too-short')
  })
})
