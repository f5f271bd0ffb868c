import { compactDecrypt, decodeProtectedHeader, exportJWK, generateKeyPair, importJWK } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { ChartkeepError } from '../../../shared/errors.ts'
import { memoryRows } from '../cache/rows.ts'
import { EncryptionKey } from '../ehr-keys/encryption-keys.ts'
import { type AuditTextsParts, createAuditTexts } from './audit-texts.ts'

const hour = 3_600_000
const fhirBase = 'https://ehr.example.org/fhir/R4'

interface Pair {
  readonly published: EncryptionKey
  readonly secret: CryptoKey
}
async function pair(kid: string): Promise<Pair> {
  const { publicKey, privateKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256' })
  return { published: EncryptionKey.parse({ ...(await exportJWK(publicKey)), kid, use: 'enc', alg: 'ECDH-ES' }), secret: privateKey }
}
let one: Pair
let two: Pair
beforeAll(async () => {
  one = await pair('one')
  two = await pair('two')
})

/** Texts of a workstation whose EHR answers with what `ehr.keys` says; undefined there: it cannot be reached. */
function workstation(over: Partial<AuditTextsParts> = {}) {
  const ehr: { keys: readonly EncryptionKey[] | undefined; asked: number } = { keys: [one.published], asked: 0 }
  const clock = { time: 1_000_000, now: () => clock.time }
  const troubles: string[] = []
  const readKeys = async () => {
    ehr.asked += 1
    if (ehr.keys === undefined) throw new ChartkeepError('offline')
    return ehr.keys
  }
  const parts: AuditTextsParts = { readKeys, rows: memoryRows(), fhirBase, clock, trouble: (failure) => void troubles.push(failure), ...over }
  return { ehr, clock, troubles, rows: parts.rows, texts: createAuditTexts(parts), again: (more: Partial<AuditTextsParts> = {}) => createAuditTexts({ ...parts, ...more }) }
}
const open = async (jwe: string | undefined, { secret }: Pair) => Buffer.from((await compactDecrypt(jwe ?? '', secret)).plaintext).toString('utf8')

describe('a text of the audit trail @164.312(b)', () => {
  it('is opened by the EHR, and by nobody who has what the workstation has', async () => {
    const { texts, rows } = workstation()
    const jwe = await texts.seal('Vandermeer, Zoë')
    expect(await open(jwe, one)).toBe('Vandermeer, Zoë')
    await expect(open(jwe, two)).rejects.toThrow()
    await expect(compactDecrypt(jwe ?? '', await importJWK(one.published, 'ECDH-ES'))).rejects.toThrow()
    // All that is kept here is the public half.
    expect(rows.get({ purpose: 'audit-key', patient: '', what: 'audit-key' })?.plain.toString('utf8')).toBe(JSON.stringify({ fhirBase, key: one.published }))
    expect(jwe).not.toContain(Buffer.from('Vandermeer').toString('base64url').slice(1, 10))
  })

  it('does not tell that two people searched for one name', async () => {
    const { texts } = workstation()
    const [a = '', b = ''] = [await texts.seal('osei'), await texts.seal('osei')]
    expect(a.split('.').slice(1)).not.toEqual(b.split('.').slice(1))
    expect(decodeProtectedHeader(a).epk).not.toEqual(decodeProtectedHeader(b).epk)
  })

  it('is sealed under the kept key when the EHR is out of reach, also after a restart', async () => {
    const { texts, ehr, again } = workstation()
    await texts.seal('first')
    ehr.keys = undefined
    expect(await open(await again().seal('second'), one)).toBe('second')
  })

  it('is never sealed to the key of another EHR', async () => {
    const { texts, again } = workstation()
    await texts.seal('first')
    const elsewhere = again({ fhirBase: 'https://other.example.org/fhir', readKeys: () => Promise.reject(new ChartkeepError('offline')) })
    expect(await elsewhere.seal('second')).toBeUndefined()
  })

  it('is left out where there is no key, and the EHR is not asked more than once a minute for it', async () => {
    const { texts, ehr, clock, troubles } = workstation()
    ehr.keys = undefined
    expect([await texts.seal('a'), await texts.seal('b')]).toEqual([undefined, undefined])
    expect([ehr.asked, troubles]).toEqual([1, ['offline']])
    clock.time += 60_000
    ehr.keys = [one.published]
    expect(await open(await texts.seal('c'), one)).toBe('c')
    const none = workstation({ readKeys: () => Promise.resolve(undefined) })
    expect(await none.texts.seal('a')).toBeUndefined()
  })

  it('follows a rotation within the hour, and waits for nothing meanwhile', async () => {
    const { texts, ehr, clock } = workstation()
    await texts.seal('a')
    ehr.keys = [two.published]
    clock.time += hour - 1
    await open(await texts.seal('b'), one)
    expect(ehr.asked).toBe(1)
    clock.time += 1
    // Nobody waits: this one still goes to the key that is known.
    expect(await open(await texts.seal('c'), one)).toBe('c')
    await new Promise(setImmediate)
    expect(await open(await texts.seal('d'), two)).toBe('d')
    expect(ehr.asked).toBe(2)
  })

  it('waits once, together, for the first key', async () => {
    const { texts, ehr } = workstation()
    texts.warm()
    const sealed = await Promise.all(['a', 'b', 'c'].map((text) => texts.seal(text)))
    expect(await Promise.all(sealed.map((jwe) => open(jwe, one)))).toEqual(['a', 'b', 'c'])
    expect(ehr.asked).toBe(1)
  })

  it('goes on under a kept key that was damaged, once the EHR has said it again', async () => {
    const { texts, again, rows, troubles } = workstation()
    await texts.seal('a')
    rows.put({ purpose: 'audit-key', patient: '', what: 'audit-key' }, Buffer.from('{"fhirBase":7}'), 1)
    expect(await open(await again().seal('b'), one)).toBe('b')
    expect(troubles).toHaveLength(1)
  })
})
