import { describe, expect, it } from 'vitest'
import { ChartkeepError, kindOf } from '../../../shared/errors.ts'
import { type GetJson, readEncryptionKeys } from './encryption-keys.ts'

const fhirBase = 'https://ehr.example.org/fhir/R4'
const place = 'https://ehr.example.org/audit-keys'
const coordinate = 'A'.repeat(43)
const key = { kty: 'EC', crv: 'P-256', x: coordinate, y: coordinate, kid: 'one', use: 'enc', alg: 'ECDH-ES' }

const serving = (set: unknown, configuration: unknown = { audit_encryption_jwks_uri: place }): GetJson => (url) =>
  url === place ? Promise.resolve(set) : url === `${fhirBase}/.well-known/smart-configuration` ? Promise.resolve(configuration) : Promise.reject(new ChartkeepError('server'))
const failure = (getJson: GetJson) => readEncryptionKeys(getJson, fhirBase, 'audit-texts').then(() => undefined, kindOf)

describe('the EHR’s keys', () => {
  it('are those of a kind that we encrypt to, in their order', async () => {
    const rsa = { kty: 'RSA', n: 'AQAB', e: 'AQAB', kid: 'rsa', use: 'enc', alg: 'RSA-OAEP-256' }
    expect(await readEncryptionKeys(serving({ keys: [rsa, { ...key, extra: 1 }, { ...key, kid: 'two' }] }), fhirBase, 'audit-texts')).toEqual([key, { ...key, kid: 'two' }])
  })

  it('are absent where the EHR publishes none', async () => {
    expect(await readEncryptionKeys(serving(undefined, {}), fhirBase, 'files')).toBeUndefined()
  })

  it('are not read from another place than the EHR', async () => {
    for (const elsewhere of ['https://evil.example.org/audit-keys', 'https://ehr.example.org:8443/audit-keys', 'http://ehr.example.org/audit-keys']) {
      expect(await failure(serving({ keys: [key] }, { audit_encryption_jwks_uri: elsewhere }))).toBe('sign-in-discovery')
    }
  })

  it('are refused where none can be used: one for signatures, one with its private half, one on another curve, one without a name', async () => {
    const bad = [{ ...key, use: 'sig' }, { ...key, d: coordinate }, { ...key, crv: 'P-384' }, { ...key, kid: undefined }, { ...key, alg: 'none' }, { ...key, x: 'short' }, null, 'key']
    for (const one of bad) expect(await failure(serving({ keys: [one] }))).toBe('malformed')
    for (const set of [{ keys: [] }, { keys: 'none' }, [], { keys: Array.from({ length: 21 }, () => key) }]) expect(await failure(serving(set))).toBe('malformed')
  })
})
