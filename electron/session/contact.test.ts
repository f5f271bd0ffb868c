import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChartkeepError } from '../../shared/errors.ts'
import { largestSecret } from '../vault/keychain.ts'
import { contactAccount, createContact } from './contact.ts'
import { mostPeople } from './contact-ledger.ts'

const hour = 3_600_000
const limit = 8 * hour
const day = 24 * hour
const userKey = (name: string) => name.padEnd(26, 'a')
const [amara, nils] = [userKey('amara'), userKey('nils')]
const minutes = (ms: number) => Math.round(ms / 60_000)

const written = () => new Promise((resolve) => setImmediate(resolve))

/** A machine with its clocks, which somebody may set, and a keychain that outlives every process. */
function machine({ saysWhichStart = true } = {}) {
  const world = { real: 0, offset: Date.UTC(2026, 0, 5, 7), bootedAt: -5 * hour, boots: 0, processAt: 0, works: true }
  const kept = new Map<string, string>()
  const failures: string[] = []
  const keychain = {
    get: async (account: string) => {
      if (!world.works) throw new ChartkeepError('keychain-locked')
      return kept.get(account)
    },
    set: async (account: string, secret: string) => {
      if (!world.works) throw new ChartkeepError('keychain-locked')
      kept.set(account, secret)
    },
  }
  const start = async () => {
    world.processAt = world.real
    const clocks = () => ({ wall: world.real + world.offset, monotonic: world.real - world.processAt, uptime: world.real - world.bootedAt, boot: saysWhichStart ? world.boots.toString(16).padStart(8, '0') : undefined })
    const contact = createContact({ keychain, clocks, limit: () => limit, log: { event: (_name, fields) => void failures.push(JSON.stringify(fields)) } })
    await contact.ready()
    return contact
  }
  return {
    world, kept, failures, start,
    pass: (ms: number) => void (world.real += ms),
    setClock: (by: number) => void (world.offset += by),
    /** Switched off for so long, and on again. */
    reboot: (off = 0) => {
      world.real += off
      world.bootedAt = world.real
      world.boots += 1
    },
  }
}

describe('how long the EHR has been unheard @164.312(a)(2)(iii)', () => {
  it('begins at a full sign-in, and anew whenever the EHR takes what is asked for that person', async () => {
    const { start, pass } = machine()
    const contact = await start()
    expect(contact.ages(amara).unheard).toBe(Infinity)
    await contact.signedIn(amara)
    pass(3 * hour)
    expect(contact.ages(amara)).toEqual({ sinceSignIn: 3 * hour, unheard: 3 * hour })
    contact.heardPerson(amara)
    pass(hour)
    expect(contact.ages(amara)).toEqual({ sinceSignIn: 4 * hour, unheard: hour })
  })

  it('is nobody else’s: a colleague who is heard keeps no dismissed one’s PIN alive', async () => {
    const { start, pass } = machine()
    const contact = await start()
    await contact.signedIn(amara)
    await contact.signedIn(nils)
    pass(7 * hour)
    contact.heardPerson(nils)
    expect([contact.ages(amara).unheard, contact.ages(nils).unheard]).toEqual([7 * hour, 0])
    // Whoever is locked out is named by the orders, which are everybody's.
    contact.heardOrders()
    expect(contact.ages(amara).unheard).toBe(0)
  })

  it('that was too long stays so, though the EHR is there again, until that person signs in', async () => {
    const { start, pass } = machine()
    const contact = await start()
    await contact.signedIn(amara)
    pass(limit)
    contact.heardOrders()
    contact.heardPerson(amara)
    expect(contact.ages(amara).unheard).toBe(Infinity)
    await contact.keep()
    expect((await start()).ages(amara).unheard).toBe(Infinity)
    await contact.signedIn(amara)
    expect(contact.ages(amara).unheard).toBe(0)
  })

  it('goes on over a restart, a kill, and a night in which the machine was off', async () => {
    const { start, pass, reboot } = machine()
    await (await start()).signedIn(amara)
    pass(2 * hour)
    // Nobody was asked to keep anything.
    expect(minutes((await start()).ages(amara).unheard)).toBe(120)
    reboot(5 * hour)
    expect(minutes((await start()).ages(amara).unheard)).toBe(420)
  })

  it('is not made less by a clock that is set back: while it runs, while it is closed, or while the machine is off', async () => {
    const { start, pass, setClock, reboot } = machine()
    const contact = await start()
    await contact.signedIn(amara)
    pass(2 * hour)
    setClock(-day)
    expect(minutes(contact.ages(amara).unheard)).toBe(120)
    pass(hour)
    expect(minutes(contact.ages(amara).unheard)).toBe(180)
    await contact.keep()
    setClock(-day)
    pass(hour)
    expect(minutes((await start()).ages(amara).unheard)).toBe(240)
    await written()
    // What it was switched on for is counted, whatever the clock says.
    reboot(hour)
    setClock(-day)
    pass(2 * hour)
    expect(minutes((await start()).ages(amara).unheard)).toBe(360)
  })

  it('counts all that the machine was on for since it was started anew, though that is longer than it was on before', async () => {
    for (const [saysWhichStart, counted] of [[true, 6 * 60 + 1], [false, 61]] as const) {
      const { start, pass, setClock, reboot } = machine({ saysWhichStart })
      const contact = await start()
      await contact.signedIn(amara)
      // Where the system does not say which start it is, that is the difference of the two alone.
      reboot()
      setClock(-day)
      pass(6 * hour + 60_000)
      expect(minutes((await start()).ages(amara).unheard)).toBe(counted)
    }
  })

  it('is not made less by a clock that is set forward before the EHR is heard, and back after it', async () => {
    const { start, pass, setClock } = machine()
    const contact = await start()
    await contact.signedIn(amara)
    setClock(day - 17 * hour)
    contact.heardPerson(amara)
    setClock(-day + 17 * hour)
    pass(3 * hour)
    expect(minutes(contact.ages(amara).unheard)).toBe(180)
    await contact.keep()
    expect(minutes((await start()).ages(amara).unheard)).toBe(180)
  })

  it('counts a clock that jumps forward in full: too early is the safe side', async () => {
    const { start, setClock } = machine()
    const contact = await start()
    await contact.signedIn(amara)
    setClock(day)
    expect(contact.ages(amara).unheard).toBe(day)
  })

  it('counts sleep, in which the process counts nothing', async () => {
    const { start, world } = machine()
    const contact = await start()
    await contact.signedIn(amara)
    world.real += 9 * hour
    world.processAt += 9 * hour
    world.offset -= 9 * hour
    expect(minutes(contact.ages(amara).unheard)).toBe(540)
  })

  it('never goes back, and never falls behind the time that the machine was on, whatever anybody does to it', async () => {
    const deed = fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: 0, max: hour }).map((ms) => ({ is: 'pass', ms }) as const) },
      { weight: 2, arbitrary: fc.oneof(fc.constantFrom(day, -day), fc.integer({ min: -3_000, max: 3_000 })).map((ms) => ({ is: 'set', ms }) as const) },
      { weight: 1, arbitrary: fc.constantFrom('restart', 'kill', 'power cut').map((is) => ({ is, ms: 0 }) as const) },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { maxLength: 25 }), async (deeds) => {
        const { start, pass, setClock, reboot } = machine()
        let contact = await start()
        await contact.signedIn(amara)
        let [on, before, slack] = [0, 0, 0]
        for (const { is, ms } of deeds) {
          if (is === 'pass') {
            pass(ms)
            on += ms
          } else if (is === 'set') setClock(ms)
          else {
            // What was not kept when the power went is lost: a minute, once nobody has answered for two.
            if (is === 'restart') await contact.keep()
            else slack += 180_000
            if (is === 'power cut') reboot()
            contact = await start()
          }
          const { unheard } = contact.ages(amara)
          await written()
          expect(unheard).toBeGreaterThanOrEqual(on - slack - 1)
          expect(unheard).toBeGreaterThanOrEqual(before - (is === 'kill' || is === 'power cut' ? 180_000 : 0) - 1)
          before = unheard
        }
      }),
      { numRuns: 200 },
    )
  })

  it('is not known of anybody where what was kept is rubbish, or cannot be read: they sign in fully', async () => {
    const { start, kept, world } = machine()
    await (await start()).signedIn(amara)
    const good = kept.get(contactAccount) ?? ''
    for (const bad of ['', '{}', 'null', good.slice(1), good.replace('"steady":0', '"steady":-1'), good.replace('"heard":0', '"heard":"0"'), JSON.stringify({ ...JSON.parse(good), extra: 1 })]) {
      kept.set(contactAccount, bad)
      expect((await start()).ages(amara).unheard).toBe(Infinity)
    }
    kept.set(contactAccount, good)
    world.works = false
    const blind = await start()
    expect(blind.ages(amara).unheard).toBe(Infinity)
    world.works = true
    await blind.ready()
    expect(blind.ages(amara).unheard).toBe(0)
  })

  it('is kept every minute while nobody answers, and left alone while the keychain refuses', async () => {
    const { start, pass, kept, world, failures } = machine()
    const contact = await start()
    await contact.signedIn(amara)
    const steadyKept = () => Number(JSON.parse(kept.get(contactAccount) ?? '{}').steady)
    for (let minute = 0; minute < 60; minute += 1) {
      pass(60_000)
      contact.ages(amara)
      await written()
    }
    expect(minutes(steadyKept())).toBeGreaterThanOrEqual(59)
    world.works = false
    for (let minute = 0; minute < 60; minute += 1) {
      pass(60_000)
      contact.ages(amara)
      await written()
    }
    expect(failures).toHaveLength(1)
  })

  it('fits into the smallest keychain, however many people come and for however long', async () => {
    const { start, pass, kept } = machine()
    const contact = await start()
    for (let person = 0; person < mostPeople + 6; person += 1) {
      pass(90 * day)
      await contact.signedIn(userKey(`p${'bcdefghijklmnopqrstuvwxyz234567'.charAt(person)}`))
    }
    pass(90 * day)
    contact.heardOrders()
    await contact.keep()
    expect(Buffer.byteLength(kept.get(contactAccount) ?? '')).toBeLessThan(largestSecret - 50)
    expect((await start()).ages(userKey('pb')).sinceSignIn).toBe(Infinity)
  })
})
