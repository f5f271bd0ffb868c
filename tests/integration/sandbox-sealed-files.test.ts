import { randomBytes, randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EncryptionKey } from '../../electron/records/ehr-keys/encryption-keys.ts'
import { sealFile } from '../../electron/records/files/seal-file.ts'
import { startServer, type TestServer, type Who } from './sandbox-fhir/server.ts'

let server: TestServer
beforeEach(async () => {
  server = await startServer()
})
afterEach(() => server.close())

const sealedType = 'application/vnd.chartkeep.sealed-file'
const plain = randomBytes(600_000)
const keyNow = () => EncryptionKey.parse(server.fileKeys.published().keys[0])

/** As a workstation seals one, to the key that is published now or another. */
async function sealed({ patient = 'ann', id = randomUUID(), key = keyNow(), bytes = plain }: { patient?: string; id?: string; key?: EncryptionKey; bytes?: Buffer } = {}): Promise<Buffer> {
  const sealer = await sealFile({ context: { user: 'user-a', purpose: 'draft', patient, id }, keyring: undefined, recipients: [key], now: 0 })
  return Buffer.concat([sealer.header, ...sealer.take(bytes), ...sealer.end()])
}
const send = (who: Who, file: Buffer, { of = 'Patient/ann', key }: { of?: string; key?: string } = {}) =>
  server.ask(who, 'Binary', { method: 'POST', body: new Uint8Array(file), headers: { 'content-type': sealedType, 'x-security-context': of, ...(key === undefined ? {} : { 'idempotency-key': key }) } })
const placeOf = (response: Response) => response.headers.get('location')?.replace(/\/_history\/1$/, '') ?? ''
const contentOf = async (who: Who, place: string, accept: string) => {
  const answer = await server.ask(who, place, { headers: { accept } })
  return { status: answer.status, type: answer.headers.get('content-type'), bytes: Buffer.from(await answer.arrayBuffer()) }
}

describe('a file that a workstation has sealed to the hospital', () => {
  it('lies there as it was sent, and is opened for whoever may see it @164.312(e)', async () => {
    const file = await sealed()
    const created = await send('ada', file)
    expect(created.status).toBe(201)
    const place = placeOf(created)
    expect(await contentOf('ada', place, 'application/pdf, */*;q=0.5')).toEqual({ status: 200, type: 'application/octet-stream', bytes: plain })
    expect((await contentOf('ada', place, sealedType)).bytes.equals(file)).toBe(true)
    expect(file.includes(plain.subarray(0, 64))).toBe(false)
    // Neither the front desk nor support read charts.
    for (const who of ['dan', 'sam'] as const) expect((await contentOf(who, place, '*/*')).status).toBe(403)
  })

  it('opens after another key was published, also when it was sealed to the old one and sent since @164.312(e)', async () => {
    const before = placeOf(await send('ada', await sealed()))
    const late = await sealed({ bytes: randomBytes(10) })
    await server.fileKeys.rotate()
    expect((await contentOf('ada', before, '*/*')).bytes.equals(plain)).toBe(true)
    expect((await send('ada', late)).status).toBe(201)
    expect((await send('ada', await sealed())).status).toBe(201)
  })

  it('is refused where it was sealed for another patient, to another key, was changed, or is cut short @164.312(e)', async () => {
    const { fileKeys: elsewhere, close } = await startServer()
    const toAnother = await sealed({ key: EncryptionKey.parse(elsewhere.published().keys[0]) })
    await close()
    const changed = await sealed()
    changed.writeUInt8(changed.readUInt8(changed.length - 300_000) ^ 1, changed.length - 300_000)
    const inHeader = await sealed()
    inHeader.writeUInt8(inHeader.readUInt8(40) ^ 1, 40)
    // For whom a key is: nobody needs it to open the file, and the header's own seal alone notices that it was changed.
    const inName = await sealed()
    const name = inName.indexOf('"for":"') + 7
    inName.writeUInt8(inName.readUInt8(name) ^ 1, name)
    const whole = await sealed()
    for (const file of [await sealed({ patient: 'vip' }), toAnother, changed, inHeader, inName, whole.subarray(0, -1), whole.subarray(0, 262_144 + 600), Buffer.from('CKFILE'), Buffer.alloc(0)]) {
      expect((await send('ada', file)).status).toBe(422)
    }
    expect((await send('ada', whole, { of: 'DocumentReference/ann-psych' })).status).toBe(422)
  })

  it('is taken up to 32 megabytes', async () => {
    expect((await send('ada', Buffer.alloc(33 * 1024 * 1024))).status).toBe(413)
  })
})

describe('what is sent again because nobody heard the answer', () => {
  it('is the one that was created, although it was sealed anew on the way', async () => {
    const [id, key] = [randomUUID(), randomUUID()]
    const first = await send('ada', await sealed({ id }), { key })
    const again = await send('ada', await sealed({ id }), { key })
    expect([first.status, again.status]).toEqual([201, 200])
    expect(((await again.json()) as { id: string }).id).toBe(placeOf(first).split('/').at(-1))
  })

  it('is another where somebody else sends it, and refused where the key is of another file or no key', async () => {
    const [id, key] = [randomUUID(), randomUUID()]
    const mine = placeOf(await send('ada', await sealed({ id }), { key }))
    const hers = await send('cleo', await sealed({ id }), { key })
    expect(hers.status).toBe(201)
    expect(placeOf(hers)).not.toBe(mine)
    expect((await send('ada', await sealed(), { key })).status).toBe(409)
    expect((await send('ada', await sealed(), { key: 'short' })).status).toBe(400)
  })

  it('is one document, by its key or by what it is called', async () => {
    const key = randomUUID()
    const identifier = { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${key}` }
    const document = { resourceType: 'DocumentReference', status: 'current', identifier: [identifier], subject: { reference: 'Patient/ann' }, content: [{ attachment: { title: 'Letter' } }] }
    const post = async (body: object, headers: Record<string, string>) => (await server.ask('ada', 'DocumentReference', { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/fhir+json', ...headers } })).status
    expect(await post(document, { 'idempotency-key': key })).toBe(201)
    expect(await post(document, { 'idempotency-key': key })).toBe(200)
    expect(await post(document, { 'if-none-exist': `identifier=${identifier.system}|${identifier.value}` })).toBe(200)
    expect(await post({ ...document, status: 'superseded' }, { 'idempotency-key': key })).toBe(409)
  })
})
