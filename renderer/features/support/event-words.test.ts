import { describe, expect, it } from 'vitest'
import { eventWords } from './event-words.ts'

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
