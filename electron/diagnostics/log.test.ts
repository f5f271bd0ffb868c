import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync, mkdirSync, chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newCorrelation } from './correlation.ts'
import { isLogEvent, logEvents } from './events.ts'
import { openLogFile } from './log-file.ts'
import { createLog } from './log.ts'

const clock = { now: () => Date.UTC(2026, 0, 2, 3, 4, 5) }
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chartkeep-log-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function written(): string {
  const logs = join(folder, 'logs')
  return readdirSync(logs).map((name) => readFileSync(join(logs, name), 'utf8')).join('')
}

describe('the log', () => {
  it('writes one JSON line for an event of the table', () => {
    const log = createLog(openLogFile(folder), clock)
    log.event('token.revoked', { access: true, refresh: false })
    expect(written()).toBe('{"at":"2026-01-02T03:04:05.000Z","event":"token.revoked","access":true,"refresh":false}\n')
  })

  it('does not compile with an event or a field outside the table', () => {
    const log = createLog(() => {}, clock)
    const misuse = () => {
      // @ts-expect-error no such event
      log.event('patient.opened', {})
      // @ts-expect-error no free text
      log.event('token.refresh-failed', { failure: 'Anna Example could not be found' })
      // @ts-expect-error no such field
      log.event('app.second-instance', { name: 'Anna' })
    }
    expect(misuse).not.toThrow()
  })

  it('drops what is outside the table, and says how much', () => {
    const lines: string[] = []
    const log = createLog((line) => lines.push(line), clock)
    log.foreign('patient.opened', { name: 'Anna Example' })
    log.foreign('__proto__', {})
    log.foreign({ toString: () => 'app.second-instance' }, {})
    log.foreign('token.revoked', { access: true, refresh: 'Anna Example', constructor: 'Anna Example' })
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { at: '2026-01-02T03:04:05.000Z', event: 'token.revoked', access: true },
      { at: '2026-01-02T03:04:05.000Z', event: 'log.dropped', events: 3, fields: 2 },
    ])
  })

  it('never holds a patient: names, dates, numbers and addresses thrown at every field leave no trace @164.312(a)(2)(iv)', () => {
    const log = createLog(openLogFile(folder), clock)
    const names = Object.keys(logEvents)
    const phi = fc.oneof(
      fc.constantFrom('Zyxwanna Qvexample', 'qvexample@example.org', 'MRN-00812345', '1961-04-12', '12-Apr-1961', '+1 555 0100', '/home/qvexample/chart', 'Zyx\nQvexample'),
      fc.string({ minLength: 4, maxLength: 40 }).map((text) => `Qvexample${text}`),
      fc.bigInt({ min: 10n ** 12n, max: 10n ** 15n }).map((n) => Number(n)),
    )
    const event = fc.oneof(fc.constantFrom(...names), phi)
    fc.assert(
      fc.property(event, fc.dictionary(fc.oneof(fc.constantFrom('failure', 'ms', 'correlation', 'version', 'access', 'procedure', 'reason', 'file'), phi.map(String)), phi), (name, fields) => {
        log.foreign(name, fields)
        const row = isLogEvent(name) ? logEvents[name] : {}
        log.foreign(name, Object.fromEntries(Object.keys(row).map((field) => [field, Object.values(fields)[0]])))
      }),
      { numRuns: 2_000, seed: 20_261 },
    )
    log.foreign('audit.opened', { file: 1, ms: 1 })
    expect(written()).not.toMatch(/qvexample|zyx|1961|0812345|555|\d{12}/i)
    expect(written().split('\n').length).toBeGreaterThan(100)
  })

  it('is readable by its owner alone, also where it was not before', () => {
    mkdirSync(join(folder, 'logs'))
    writeFileSync(join(folder, 'logs', 'chartkeep.log'), '')
    chmodSync(join(folder, 'logs', 'chartkeep.log'), 0o644)
    createLog(openLogFile(folder), clock).event('app.second-instance', {})
    expect(statSync(join(folder, 'logs', 'chartkeep.log')).mode & 0o777).toBe(0o600)
  })

  it('never grows beyond two files of a megabyte', () => {
    const log = createLog(openLogFile(folder), clock)
    for (let i = 0; i < 40_000; i += 1) log.event('token.revoked', { access: true, refresh: true })
    const logs = join(folder, 'logs')
    const sizes = readdirSync(logs).map((name) => statSync(join(logs, name)).size)
    expect(sizes).toHaveLength(2)
    expect(Math.max(...sizes)).toBeLessThan(1_001_000)
    for (const name of readdirSync(logs)) expect(statSync(join(logs, name)).mode & 0o777).toBe(0o600)
  })

  it('stops nobody when it cannot be written', () => {
    writeFileSync(join(folder, 'logs'), 'a file where the folder should be')
    const log = createLog(openLogFile(folder), clock)
    expect(() => log.event('app.second-instance', {})).not.toThrow()
  })
})

describe('a correlation', () => {
  it('is 8 hex digits, new each time', () => {
    const seen = new Set(Array.from({ length: 1_000 }, newCorrelation))
    expect(seen.size).toBeGreaterThan(990)
    for (const one of seen) expect(one).toMatch(/^[0-9a-f]{8}$/)
  })
})
