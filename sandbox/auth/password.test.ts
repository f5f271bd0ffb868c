import { describe, expect, it } from 'vitest'
import { makePassphrase, passphraseWords } from './passphrase.ts'
import { hashPassword, isPassword } from './password.ts'

describe('a password', () => {
  it('is known again by its hash, and no other is', async () => {
    const hash = await hashPassword('acorn-river-stone-velvet')
    expect(await isPassword('acorn-river-stone-velvet', hash)).toBe(true)
    expect(await isPassword('acorn-river-stone-velve', hash)).toBe(false)
    expect(hash).not.toContain('acorn')
  })

  it('hashes to another text each time', async () => {
    expect(await hashPassword('same')).not.toBe(await hashPassword('same'))
  })

  it('is never right for a hash that cannot be read', async () => {
    for (const hash of ['', 'scrypt', 'scrypt$$', 'plain$a$b', 'scrypt$AAAA$']) {
      expect(await isPassword('', hash)).toBe(false)
    }
  })
})

describe('a passphrase', () => {
  it('is drawn from 256 words that no two can be confused by their first four letters', () => {
    expect(passphraseWords).toHaveLength(256)
    expect(new Set(passphraseWords.map((word) => word.slice(0, 4))).size).toBe(256)
  })

  it('is four of them, and another each time', () => {
    const [one, two] = [makePassphrase(), makePassphrase()]
    expect(one.split('-').every((word) => passphraseWords.includes(word))).toBe(true)
    expect(one.split('-')).toHaveLength(4)
    expect(one).not.toBe(two)
  })
})
