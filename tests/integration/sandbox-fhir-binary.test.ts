import type { Binary } from '@medplum/fhirtypes'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startServer, type TestServer, type Who } from './sandbox-fhir/server.ts'

let server: TestServer
beforeEach(async () => {
  server = await startServer()
})
afterEach(() => server.close())

const bytes = Uint8Array.from({ length: 5000 }, (_, index) => index % 256)
const put = (who: Who, of: string, type = 'application/pdf', body: BodyInit = bytes) =>
  server.ask(who, 'Binary', { method: 'POST', body, headers: { 'content-type': type, 'x-security-context': of } })
const status = async (who: Who, path: string, init?: RequestInit) => {
  const response = await server.ask(who, path, init)
  await response.arrayBuffer()
  return response.status
}
const placeOf = (response: Response) => response.headers.get('location')?.replace(/\/_history\/1$/, '') ?? ''

describe('a content', () => {
  it('is sent and read as it is, or as a resource', async () => {
    const created = await put('ada', 'Patient/ann')
    expect(created.status).toBe(201)
    const raw = await server.ask('ada', placeOf(created), { headers: { accept: 'application/pdf' } })
    expect(raw.headers.get('content-type')).toBe('application/pdf')
    expect(new Uint8Array(await raw.arrayBuffer())).toEqual(bytes)
    const resource = (await (await server.ask('ada', placeOf(created), { headers: { accept: 'application/fhir+json' } })).json()) as Binary
    expect(resource).toMatchObject({ resourceType: 'Binary', contentType: 'application/pdf', securityContext: { reference: 'Patient/ann' } })
    expect(Buffer.from(resource.data ?? '', 'base64').equals(bytes)).toBe(true)
    expect(await status('ada', placeOf(created), { headers: { 'if-none-match': 'W/"1"' } })).toBe(304)
  })

  it('with a script in it reaches nothing here', async () => {
    const created = await put('ada', 'Patient/ann', 'text/html', '<script>alert(1)</script>')
    const raw = await server.ask('ada', placeOf(created))
    expect(raw.headers.get('content-security-policy')).toContain('sandbox')
    expect(raw.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('whose type is no media type is served as bytes', async () => {
    const { record } = server.store.put({ resourceType: 'Binary', id: 'odd', contentType: 'text/html, x', data: 'PGI+', securityContext: { reference: 'Patient/ann' } })
    expect((await server.ask('ada', `Binary/${record.id}`)).headers.get('content-type')).toBe('application/octet-stream')
  })

  it('is taken up to eight megabytes', async () => {
    expect((await put('ada', 'Patient/ann', 'application/pdf', new Uint8Array(7 * 1024 * 1024))).status).toBe(201)
    expect((await put('ada', 'Patient/ann', 'application/pdf', new Uint8Array(9 * 1024 * 1024))).status).toBe(413)
  })

  it('is not searched', async () => {
    expect(await status('ada', 'Binary?_id=x')).toBe(400)
    expect(await status('ada', 'Binary/_history')).toBe(403)
  })
})

describe('the content of a document @164.312(a)(1)', () => {
  it('is seen by those who see the document', async () => {
    const secret = placeOf(await put('ada', 'DocumentReference/ann-psych'))
    expect(await status('ada', secret)).toBe(200)
    for (const who of ['ben', 'dan', 'sam', 'cora', 'pia'] as const) expect(await status(who, secret)).toBe(403)
    for (const one of [`${secret}/_history`, `${secret}/_history/1`]) expect(await status('ben', one)).toBe(403)
    expect(await status('nobody', secret)).toBe(401)
    const closed = placeOf(await put('ben', 'Patient/vip'))
    expect(await status('ben', closed)).toBe(200)
    expect(await status('ada', closed)).toBe(403)
  })

  it('is written by those who write the document', async () => {
    expect((await put('ben', 'DocumentReference/ann-psych')).status).toBe(403)
    expect((await put('ada', 'Patient/vip')).status).toBe(403)
    // A physician's note is not the nurse's to fill.
    expect((await put('cleo', 'DocumentReference/ann-psych')).status).toBe(403)
    expect((await put('dan', 'Patient/ann')).status).toBe(403)
  })

  it('belongs to something that is here, and does not move', async () => {
    for (const owner of ['DocumentReference/none', 'Practitioner/dr-ada', 'https://elsewhere.example/Patient/ann', '']) expect((await put('ada', owner)).status).toBe(422)
    expect(await status('ada', 'Binary', { method: 'POST', body: bytes, headers: { 'content-type': 'image/png' } })).toBe(422)
    const place = placeOf(await put('ada', 'DocumentReference/ann-psych'))
    const moved = { method: 'PUT', body: bytes, headers: { 'content-type': 'application/pdf', 'x-security-context': 'Patient/vip' } }
    expect(await status('ada', place, moved)).toBe(403)
    expect(await status('ada', place, { ...moved, headers: { ...moved.headers, 'x-security-context': 'Patient/bob' } })).toBe(403)
    expect(await status('ben', place)).toBe(403)
  })

  it('is not opened by naming another document of the same patient', async () => {
    const place = placeOf(await put('ada', 'DocumentReference/ann-psych'))
    expect(await status('ada', place, { method: 'PUT', body: bytes, headers: { 'content-type': 'application/pdf', 'x-security-context': 'Patient/ann' } })).toBe(422)
    expect(await status('ben', place)).toBe(403)
  })
})
