import { describe, expect, it } from 'vitest'
import { watchConnection } from './connection.ts'

function watch() {
  const told: boolean[] = []
  const waiting: { ms: number; act: () => void }[] = []
  const probes: ((online: boolean) => void)[] = []
  let now = 0
  const connection = watchConnection({
    clock: { now: () => now },
    random: () => 0.5,
    changed: ({ online }) => void told.push(online),
    later: (ms, act) => void waiting.push({ ms, act }),
    probe: () => new Promise<void>((resolve) => probes.push((online) => { connection.reached(online); resolve() })), // prettier-ignore
  })
  return {
    told, waiting, probes, connection,
    at: (time: number) => void (now = time),
    pass: () => waiting.shift()?.act(),
    /** What a promise set going is done when this resolves. */
    settled: () => new Promise<void>((resolve) => setImmediate(resolve)),
  }
}

describe('the connection to the EHR', () => {
  it('is unknown until something was asked, then told at each change with the time it changed', () => {
    const { connection, told, at } = watch()
    expect(connection.current()).toBeUndefined()
    at(5)
    connection.reached(true)
    at(9)
    connection.reached(true)
    expect(connection.current()).toEqual({ online: true, since: 5 })
    expect(told).toEqual([true])
  })

  it('is tried again while it is down, one try at a time, and left alone once it is back', async () => {
    const { connection, told, waiting, probes, pass, settled } = watch()
    connection.reached(false)
    connection.reached(false)
    expect(waiting).toHaveLength(1)
    pass()
    probes.shift()?.(false)
    await settled()
    expect(waiting).toHaveLength(1)
    pass()
    probes.shift()?.(true)
    await settled()
    expect(waiting).toHaveLength(0)
    expect(told).toEqual([false, true])
  })

  it('is not tried when a click has found it meanwhile', () => {
    const { connection, probes, pass } = watch()
    connection.reached(false)
    connection.reached(true)
    pass()
    expect(probes).toHaveLength(0)
  })
})
