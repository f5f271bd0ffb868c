import { describe, expect, it } from 'vitest'
import type { SessionEvent, SignedIn } from './machine.ts'
import { physician } from './testing.ts'
import { createWaitingPeople } from './waiting-people.ts'

const nurse: SignedIn = { ...physician, userKey: 'other' }

/** A keychain that answers each question when the test says so, with what it holds then. */
function waitingRoom() {
  const held: { people: readonly SignedIn[] } = { people: [physician, nurse] }
  const answers: (() => void)[] = []
  const sent: SessionEvent[] = []
  const shown: string[][] = []
  const room = createWaitingPeople({
    auth: { waiting: () => new Promise((resolve) => answers.push(() => resolve(held.people))), signOut: async () => undefined },
    tells: () => 'names',
    changed: () => void shown.push(room.current().map(({ userKey }) => userKey)),
    dispatch: (event) => void sent.push(event),
  })
  const answer = () => answers.shift()?.()
  return { room, held, answer, sent, shown }
}

describe('the people whose sessions wait here', () => {
  it('are without whom an order shut out at once, though the keychain hangs', async () => {
    const { room, answer, shown } = waitingRoom()
    const looked = room.look()
    answer()
    await looked
    void room.review('other')
    expect(shown).toEqual([['abc', 'other'], ['abc']])
  })

  it('are with them again once another order has let them in', async () => {
    const { room, held, answer, shown } = waitingRoom()
    const both = held.people
    held.people = [physician]
    const looked = room.look()
    answer()
    await looked
    held.people = both
    const reviewed = room.review()
    answer()
    await reviewed
    expect([shown[0], shown.at(-1)]).toEqual([['abc'], ['abc', 'other']])
  })

  it('are not brought back by what was being read of them before', async () => {
    const { room, answer, shown } = waitingRoom()
    const before = room.look()
    room.forget('other')
    answer()
    await before
    expect(shown).toEqual([])
    expect(room.current()).toEqual([])
  })
})
