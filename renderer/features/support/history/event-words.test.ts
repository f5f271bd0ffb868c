import { describe, expect, it } from 'vitest'
import { detailWords, eventWords } from './event-words.ts'

describe('a word of the history', () => {
  it.each([
    ['workstation.lockedOut', 'Reported: Locked out'],
    ['order.lock.given', 'Lock: given'],
    ['order.sign-out.asked', 'Sign out: asked for, waits for a second person'],
    ['order.not-for-here', 'An order was not for that workstation any more'],
    ['order.foreign-refused', 'The workstation refused an order that is not ours'],
    ['unlock-help.answered', 'Help with a PIN: a code was answered'],
    ['unlock-help.refused', 'Help with a PIN: refused'],
    // Of a later version of the API, or nonsense: never left out.
    ['order.teleport.given', 'Recorded: order.teleport.given'],
    ['workstation', 'Recorded: workstation'],
  ])('%s is said as “%s”', (what, words) => expect(eventWords(what)).toBe(words))
})

describe('what the history adds to it', () => {
  it.each([
    ['Forgot it (called-back: Rang extension 2210)', 'Forgot it · Caller known by: a call back at a number the hospital knows, Rang extension 2210'],
    ['Forgot it (in-person: Badge (blue) of ward 3)', 'Forgot it · Caller known by: standing in front of the desk, Badge (blue) of ward 3'],
    ['Forgot it (other: nobody asked)', 'Forgot it · Caller known by: something else, nobody asked'],
    // A reason may have brackets of its own; and of a later version of the API nothing is left out.
    ['Ward closed (until: Monday)', 'Ward closed (until: Monday)'],
    ['Forgot it (by-voice: sounded like them)', 'Forgot it (by-voice: sounded like them)'],
    [undefined, ''],
  ])('%s is said as “%s”', (detail, words) => expect(detailWords(detail)).toBe(words))
})
