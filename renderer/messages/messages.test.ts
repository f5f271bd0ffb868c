import { describe, expect, it } from 'vitest'
import { failureKinds } from '../../shared/errors.ts'
import { en } from './en.ts'
import { failureWords, t } from './index.ts'

describe('the words for a failure', () => {
  it.each(failureKinds)('say of %s what happened and what to do next', (kind) => {
    const { what, next } = failureWords[kind]
    expect(what).toMatch(/^[A-Z].*\.$/)
    expect(next).toMatch(/^[A-Z].*\.$/)
  })

  it('never send a person from the lock to the sign-out or the other way', () => {
    const all = Object.values(failureWords).map(({ what, next }) => `${what} ${next}`)
    expect(all.filter((text) => /log ?out|log ?in\b/i.test(text))).toEqual([])
  })
})

describe('the catalogue', () => {
  it('has no words that tell a clinician nothing', () => {
    expect(Object.values(en).filter((text) => /^(-|\?|N\/A|unknown)$/i.test(text))).toEqual([])
  })

  it('reads a name as text, never as a pattern or a key', () => {
    expect(t('lock.notYou', { name: '{{since}} $t(app.name) <b>' })).toBe('Not {{since}} $t(app.name) <b>?')
  })

  it('counts one as one', () => {
    expect(t('lock.triesLeft', { count: 1 })).toBe('1 try left, then a full sign-in is needed')
    expect(t('lock.triesLeft', { count: 3 })).toBe('3 tries left')
  })

  it('never speaks of locking and of signing out on one button or in one sentence', () => {
    const both = Object.entries(en).filter(([, text]) => /\block(s|ed)?\b/i.test(text) && /sign(s|ing)? out/i.test(text))
    expect(both.map(([key]) => key)).toEqual([])
  })
})
