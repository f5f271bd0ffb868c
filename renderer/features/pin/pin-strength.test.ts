import { describe, expect, it } from 'vitest'
import { pinStrength } from './pin-strength.ts'

describe('the strength of a PIN @164.312(d)', () => {
  it.each(['123456', '654321', '000000', '121212', '123123', 'abcdef', 'qwerty', '147258', '890123'])('refuses %s, which a thief tries first', (pin) => {
    expect(pinStrength(pin)).toMatchObject({ level: 'refused', pattern: true })
  })

  it.each(['120375', '031275', '750312', '12031975', '19750312'])('refuses %s, which is somebody’s birthday', (pin) => {
    expect(pinStrength(pin)).toMatchObject({ level: 'refused', pattern: true })
  })

  it('refuses five characters however wild they are', () => {
    expect(pinStrength('k!9Zq').level).toBe('refused')
  })

  it('says that six digits hold for less than three days, and calls that weak', () => {
    const strength = pinStrength('739158')
    expect(strength.level).toBe('weak')
    expect(strength.seconds / 86_400).toBeCloseTo(2.89, 1)
  })

  it('calls eight mixed characters strong', () => {
    expect(pinStrength('tr7-moss').level).toBe('strong')
  })

  it('never gets weaker by a longer choice of the same kinds', () => {
    expect(pinStrength('7391582').seconds).toBeGreaterThan(pinStrength('739158').seconds)
  })
})
