import { describe, expect, it } from 'vitest'
import { parsePolicy } from './parse.ts'

const whole = `{
  "ehr": {
    "fhirBase": "https://ehr.example.org/fhir/R4",
    "clientId": "chartkeep-desktop"
  },
  "session": { "warnAfterSeconds": 60, "lockAfterSeconds": 120, "absoluteSeconds": 3600 }
}
`
const refusal = (text: string) => {
  const parsed = parsePolicy(text)
  return parsed.ok ? undefined : parsed.refusal
}

describe('a policy', () => {
  it('is read with safe defaults for what it does not say', () => {
    expect(parsePolicy(whole)).toMatchObject({ ok: true, policy: { ehr: { pins: [], signIn: 'system-browser' }, session: { lockAfterSeconds: 120 }, lock: { restart: false } } })
  })

  it('may begin with the byte order mark of a Windows editor', () => {
    expect(parsePolicy(`\uFEFF${whole}`)).toMatchObject({ ok: true })
  })

  it('with a comma missing is refused with the line and the column', () => {
    expect(refusal(whole.replace('R4",', 'R4"'))).toMatchObject({ reason: 'syntax', line: 4, column: 5 })
  })

  it('that is empty, cut off, or not an object is refused', () => {
    expect(refusal('')).toMatchObject({ reason: 'syntax', line: 1 })
    expect(refusal(whole.slice(0, 60))).toMatchObject({ reason: 'syntax' })
    expect(refusal('[]')).toMatchObject({ reason: 'value', line: 1 })
    expect(refusal('null')).toMatchObject({ reason: 'value', line: 1 })
  })

  it('with a line break inside a text is refused at the break', () => {
    expect(refusal(whole.replace('chartkeep-desktop', 'chartkeep\ndesktop'))).toMatchObject({ reason: 'syntax', line: 4 })
  })

  it('with a misspelt key is refused at the key: a misspelt limit must not silently be no limit', () => {
    expect(refusal(whole.replace('lockAfterSeconds', 'lockAfterSecond'))).toMatchObject({ reason: 'unknown-key', key: 'session.lockAfterSecond', line: 6, column: 40 })
    expect(refusal(whole.replace('"ehr"', '"site": "",\n "kiosk": true, "ehr"'))).toMatchObject({ reason: 'unknown-key', key: 'kiosk', line: 3, column: 2 })
  })

  it('beyond the ceilings of NIST SP 800-63B is refused @164.312(a)(2)(iii)', () => {
    expect(refusal(whole.replace('120', '7200'))).toMatchObject({ reason: 'value', key: 'session.lockAfterSeconds', line: 6, column: 40 })
    expect(refusal(whole.replace('3600', '90000'))).toMatchObject({ reason: 'value', key: 'session.absoluteSeconds', line: 6 })
  })

  it('that leads the client to plain http is refused @164.312(e)', () => {
    expect(refusal(whole.replace('https:', 'http:'))).toMatchObject({ reason: 'value', key: 'ehr.fhirBase', line: 3 })
  })

  it('with a pin that is none is refused at that pin', () => {
    expect(refusal(whole.replace('"chartkeep-desktop"', '"c",\n"pins": [\n"sha256/x"]'))).toMatchObject({ key: 'ehr.pins.0', line: 6, column: 1 })
  })

  it('with a key missing is refused where it should stand', () => {
    expect(refusal(whole.replace('"clientId": "chartkeep-desktop"', '"redirectPort": 0'))).toMatchObject({ key: 'ehr.clientId', line: 2 })
  })

  it('that says a thing twice is refused: people read the first, parsers take the last', () => {
    expect(refusal(whole.replace('"clientId"', '"fhirBase": "https://evil.example.org/fhir", "clientId"'))).toMatchObject({ reason: 'duplicate-key', key: 'ehr.fhirBase', line: 4 })
    expect(refusal(whole.replace('"session"', '"\\u0065hr": {}, "session"'))).toMatchObject({ reason: 'duplicate-key', key: 'ehr' })
  })
})
