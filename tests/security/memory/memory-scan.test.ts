import { expect, test } from 'playwright/test'
import { word } from './needles.ts'
import { displayed, type Finds, hitsOf, rehearse } from './rehearsal.ts'
import { needlesOf } from './scan.ts'

// Three workstations, one after the other: a second one would take the machine from the first.
test.describe.configure({ mode: 'serial', timeout: 240_000 })

const secrets = ['data key', 'PIN', 'access token']

/** A scan that finds nothing is worth what it finds while there is something. */
function expectToFind(unlocked: Finds): void {
  for (const name of displayed) expect(unlocked.page, 'in the page').toMatchObject({ [`${name} (utf-8)`]: expect.any(Number) })
  for (const name of ['family name', 'given name', 'record number', 'diagnosis', 'access token']) {
    expect(unlocked.records, 'in records').toMatchObject({ [`${name} (utf-8)`]: expect.any(Number) })
  }
  expect(unlocked.records, 'in records').toMatchObject({ 'data key': expect.any(Number) })
}

test('one second after each lock, no process holds what was displayed, the data key, the PIN or a token @164.312(a)(2)(iii)', async () => {
  await rehearse(async ({ scan, lock, unlock, pinWasSeen }) => {
    expect(pinWasSeen, 'the PIN, in records while it works on it').toBe(true)
    for (let round = 0; round < 3; round += 1) {
      if (round > 0) await unlock()
      const unlocked = scan()
      expectToFind(unlocked)
      expect(hitsOf({ main: unlocked.main ?? {}, network: unlocked.network ?? {} }, ...displayed, ...secrets), 'in what outlives the lock, while unlocked').toBe(0)
      await lock()
      expect(scan()).toEqual({})
    }
  })
})

test('with an editor focused, nothing that was displayed and no secret is left after the lock, and typed text in main at most', async () => {
  const typed = word(14)
  await rehearse(async ({ scan, write, lock }) => {
    await write(typed)
    expect(hitsOf(scan(needlesOf('typed', typed)), 'typed')).toBeGreaterThan(0)
    await lock()
    const { main = {}, ...others } = scan(needlesOf('typed', typed))
    expect(others).toEqual({})
    expect(hitsOf({ main }, ...displayed, ...secrets)).toBe(0)
    test.info().annotations.push({ type: 'measured', description: `typed text in main after the lock: ${hitsOf({ main }, 'typed')} hits` })
  })
})

test('where policy restarts the workstation, a lock leaves nothing of what was typed, selected, copied or read to a screen reader', async () => {
  const typed = word(14)
  await rehearse(
    async ({ app, scan, write, lock, unlock }) => {
      app.press('ctrl+a', 'ctrl+c')
      await write(typed)
      expect(hitsOf({ main: scan(needlesOf('typed', typed)).main ?? {} }, ...displayed, 'typed'), 'in main, which a screen reader asks').toBeGreaterThan(0)
      await lock()
      expect(scan(needlesOf('typed', typed))).toEqual({})
      // It is the same workstation: the profile, the keychain and the place are found again.
      await unlock()
      expectToFind(scan())
    },
    { restart: true, accessibility: true },
  )
})
