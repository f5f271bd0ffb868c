import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PatientId, ResourceId } from '../../shared/contract/ids.ts'
import type { OutputOf } from '../../shared/contract/index.ts'
import { type FhirTestServer, startFhirServer, type TestResource } from '../../electron/records/testing/fhir-server.ts'
import { newKeychain, type Rig, type RigOptions, startRig } from '../../electron/records/testing/rig.ts'

const [ann, bob] = [PatientId.parse('ann'), PatientId.parse('bob')]
const letter = ResourceId.parse('letter')
const pin = 'kestrel-7'

/** What lies at `Binary/<id>`, and what is said of it. */
interface Filed {
  readonly bytes: Buffer
  readonly type: string
  readonly headers?: Record<string, string>
}

let server: FhirTestServer
let folder: string
let files: Map<string, Filed>
let isDown = false
const keychain = newKeychain()
beforeEach(async () => {
  server = await startFhirServer()
  folder = mkdtempSync(join(tmpdir(), 'chartkeep-documents-'))
  Object.assign(keychain, newKeychain())
  isDown = false
  files = new Map([['b1', { bytes: pdf(300_000), type: 'application/pdf' }]])
  server.resources = [documentOf('letter')]
  server.intercept = ({ path, etag }, response) => {
    if (isDown) {
      response.destroy()
      return true
    }
    const [type, id = ''] = path.split('/')
    const filed = type === 'Binary' ? files.get(id) : undefined
    if (filed === undefined) return false
    return serve(filed, etag, response)
  }
})
afterEach(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

function serve({ bytes, type, headers }: Filed, etag: string | undefined, response: ServerResponse): true {
  const tag = `W/"${bytes.length}"`
  if (etag === tag) response.writeHead(304, { etag: tag }).end()
  else response.writeHead(200, { 'content-type': type, etag: tag, ...headers }).end(bytes)
  return true
}

const pdf = (size: number) => Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(size)])
const attachment = { contentType: 'application/pdf', url: 'Binary/b1' }
const documentOf = (id: string, over: Record<string, unknown> = {}, file: Record<string, unknown> = attachment): TestResource => ({
  resourceType: 'DocumentReference', id, status: 'current', subject: { reference: 'Patient/ann' }, content: [{ attachment: file }], ...over,
})

/** One life of a workstation on the same vault; the first sets the PIN, later ones unlock. */
async function working<T>(use: (rig: Rig) => Promise<T>, over: Partial<RigOptions> = {}): Promise<T> {
  const rig = startRig({ server, folder, keychain, state: keychain.parts.length === 0 ? 'active' : 'locked', ...over })
  try {
    if (keychain.parts.length === 0) await rig.workspace().call('vault.setPin', { pin })
    else expect(await rig.workspace().call('vault.unlock', { pin })).toEqual({ value: {} })
    return await use(rig)
  } finally {
    await rig.stop()
  }
}

const open = (rig: Rig, document = letter) => rig.tab('ann').call('document.open', { patient: ann, document })
async function opened(rig: Rig): Promise<OutputOf<'document.open'>> {
  const reply = await open(rig)
  if ('failure' in reply) throw new Error(reply.failure)
  return reply.value
}
/** All of it, as a page reads it. */
async function read(rig: Rig, { file, bytes, partBytes }: OutputOf<'document.open'>): Promise<Buffer> {
  const tab = rig.tab('ann')
  const parts: Buffer[] = []
  for (let part = 0; part < Math.max(1, Math.ceil(bytes / partBytes)); part += 1) {
    const reply = await tab.call('document.part', { patient: ann, file, part })
    if ('failure' in reply) throw new Error(reply.failure)
    parts.push(Buffer.from(reply.value.data, 'base64'))
  }
  return Buffer.concat(parts)
}
const bytesOf = (id: string) => files.get(id)?.bytes ?? Buffer.alloc(0)

describe('a document of the chart', () => {
  it('is read whole, in parts, and recorded: that it was opened, and for the EHR’s auditors which @164.312(b)', async () => {
    files.set('b1', { bytes: pdf(2_500_000), type: 'application/pdf' })
    await working(async (rig) => {
      const document = await opened(rig)
      expect(document).toMatchObject({ kind: 'pdf', contentType: 'application/pdf', freshness: { source: 'network' } })
      expect((await read(rig, document)).equals(bytesOf('b1'))).toBe(true)
      const entry = rig.audit.find(({ event, outcome }) => event === 'document.open' && outcome === 'intent')
      expect(entry).toMatchObject({ patient: 'ann', action: 'R', cause: 'look' })
      expect(await server.open(entry?.sealed ?? '')).toBe('DocumentReference/letter')
      expect(rig.audit.filter(({ event, outcome }) => event === 'document.part' && outcome === 'success')).toHaveLength(3)
    })
  })

  it('gives nothing where the opening cannot be recorded', async () => {
    await working(async (rig) => {
      const document = await opened(rig)
      rig.refuseAudit()
      expect(await open(rig)).toMatchObject({ failure: 'audit-unavailable' })
      expect(await rig.tab('ann').call('document.part', { patient: ann, file: document.file, part: 0 })).toMatchObject({ failure: 'audit-unavailable' })
    })
  })

  it('is read offline after a restart, from what is kept sealed, with its age', async () => {
    const before = bytesOf('b1')
    await working(opened)
    isDown = true
    await working(async (rig) => {
      const document = await opened(rig)
      expect(document.freshness.source).toBe('cache')
      expect((await read(rig, document)).equals(before)).toBe(true)
    })
  })

  it('is asked for by its tag, and not sent twice', async () => {
    await working(async (rig) => {
      await opened(rig)
      const again = await opened(rig)
      expect(again.freshness.source).toBe('network')
      expect((await read(rig, again)).equals(bytesOf('b1'))).toBe(true)
      expect(server.asked.filter(({ path }) => path === 'Binary/b1').map(({ etag }) => etag)).toEqual([undefined, `W/"${bytesOf('b1').length}"`])
    })
  })

  it('that changed is read anew, and the old one is not there any more', async () => {
    await working(opened)
    files.set('b1', { bytes: pdf(90_000), type: 'application/pdf' })
    await working(async (rig) => expect((await read(rig, await opened(rig))).equals(bytesOf('b1'))).toBe(true))
    isDown = true
    await working(async (rig) => expect((await read(rig, await opened(rig))).equals(bytesOf('b1'))).toBe(true))
  })

  it('inside of its record is shown as one elsewhere', async () => {
    server.resources = [documentOf('letter', {}, { contentType: 'application/pdf', data: bytesOf('b1').toString('base64') })]
    await working(async (rig) => expect((await read(rig, await opened(rig))).equals(bytesOf('b1'))).toBe(true))
  })

  it('that a server wraps into a resource is unwrapped', async () => {
    const bytes = bytesOf('b1')
    files.set('b1', { bytes: Buffer.from(JSON.stringify({ resourceType: 'Binary', contentType: 'application/pdf', data: bytes.toString('base64') })), type: 'application/fhir+json; charset=utf-8' })
    await working(async (rig) => expect((await read(rig, await opened(rig))).equals(bytes)).toBe(true))
  })
})

describe('what must not be kept of documents', () => {
  const offline = async (over: Partial<RigOptions> = {}) => {
    isDown = true
    const reply = await working((rig) => open(rig), over)
    isDown = false
    return 'failure' in reply ? reply.failure : 'kept'
  }

  it('is what the EHR says not to keep, what policy does not let be kept, what is too large, and what has its own key for whom has it not', async () => {
    server.resources = [documentOf('letter', { meta: { security: [{ code: 'DELAU' }] } })]
    await working(opened)
    expect(await offline()).toBe('offline')
    server.resources = [documentOf('letter')]
    await working(opened, { cache: { enabled: false } })
    expect(await offline()).toBe('offline')
    files.set('b1', { bytes: pdf(6 * 1024 * 1024), type: 'application/pdf' })
    await working(opened, { cache: { maxMegabytes: 16 } })
    expect(await offline()).toBe('offline')
    files.set('b1', { bytes: pdf(1000), type: 'application/pdf' })
    server.resources = [documentOf('letter', { meta: { security: [{ code: 'PSY' }] } })]
    await working(opened, { role: 'front-desk' })
    expect(await offline()).toBe('offline')
    await working(opened)
    expect(await offline()).toBe('kept')
    expect(await offline({ role: 'front-desk' })).toBe('offline')
  })

  it('is what the EHR has since put under a label, though its file is the same', async () => {
    await working(opened)
    server.resources = [documentOf('letter', { meta: { security: [{ code: 'PSY' }] } })]
    await working(opened)
    expect(await offline({ role: 'front-desk' })).toBe('offline')
    expect(await offline()).toBe('kept')
    server.resources = [documentOf('letter', { meta: { security: [{ code: 'DELAU' }] } })]
    await working(opened)
    expect(await offline()).toBe('offline')
  })

  it('is not shown for the file that cannot be reached, once it is known that it must not be kept', async () => {
    await working(opened)
    server.resources = [documentOf('letter', { meta: { security: [{ code: 'DELAU' }] } })]
    const before = server.intercept
    server.intercept = (asked, response) => {
      if (!asked.path.startsWith('Binary/')) return before(asked, response)
      response.destroy()
      return true
    }
    expect(await working((rig) => open(rig))).toMatchObject({ failure: 'offline' })
    expect(await offline()).toBe('offline')
  })

  it('is what the EHR no longer gives', async () => {
    await working(opened)
    server.resources = []
    expect(await working((rig) => open(rig))).toMatchObject({ failure: 'not-found' })
    server.resources = [documentOf('letter')]
    expect(await offline()).toBe('offline')
  })

  it('is what is too old', async () => {
    await working(opened)
    expect(await offline({ now: () => Date.now() + 73 * 3_600_000 })).toBe('offline')
  })

  it('is found nowhere in clear: neither its words nor its beginning', async () => {
    const words = 'Adenocarcinoma of the sigmoid colon, Vandermeer'
    files.set('b1', { bytes: Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.from(words.repeat(20_000))]), type: 'application/pdf' })
    await working(opened)
    for (const name of readdirSync(folder)) {
      const text = readFileSync(join(folder, name)).toString('latin1')
      for (const part of ['Adenocarcinoma', '%PDF-1.7', Buffer.from(words).toString('base64').slice(4, 24)]) expect(text, name).not.toContain(part)
    }
  })
})

describe('a hostile or broken file', () => {
  const refused = async (type: string, bytes: Buffer, declared = type, headers: Record<string, string> = {}) => {
    files.set('b1', { bytes, type, headers })
    server.resources = [documentOf('letter', {}, { contentType: declared, url: 'Binary/b1' })]
    const reply = await working((rig) => open(rig))
    return 'failure' in reply ? reply.failure : reply.value.kind
  }
  const page = Buffer.from('<html><script>alert(1)</script></html>')

  it('is refused where its bytes are not what the document says: a page as a PDF or a picture, a PDF as a picture', async () => {
    expect(await refused('application/pdf', page)).toBe('malformed')
    expect(await refused('image/png', page)).toBe('malformed')
    expect(await refused('image/png', pdf(100))).toBe('malformed')
    expect(await refused('text/plain', pdf(100))).toBe('malformed')
    // The server's word for it does not help.
    expect(await refused('application/pdf', page, 'application/pdf')).toBe('malformed')
    expect(await refused('text/html', pdf(10), 'text/html')).toBe('malformed')
  })

  it('is text where it is a page, a drawing with a script or a markup: never more than text', async () => {
    expect(await refused('text/html', page)).toBe('text')
    expect(await refused('image/svg+xml', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'))).toBe('text')
    expect(await refused('application/octet-stream', page)).toBe('text')
  })

  it('is not shown where it is of another kind', async () => {
    expect(await refused('application/msword', randomBytes(100))).toBe('not-viewable')
    expect(await refused('application/octet-stream', randomBytes(100))).toBe('not-viewable')
  })

  it('of two gigabytes is refused by its announced length, and by what came where it announces none', async () => {
    const claims: Filed = { bytes: Buffer.alloc(0), type: 'image/png' }
    files.set('b1', claims)
    server.resources = [documentOf('letter', {}, { contentType: 'image/png', url: 'Binary/b1' })]
    const before = server.intercept
    server.intercept = (asked, response) => {
      if (asked.path !== 'Binary/b1') return before(asked, response)
      response.writeHead(200, { 'content-type': 'image/png', 'content-length': String(2 * 1024 ** 3) })
      response.write('x')
      return true
    }
    expect(await working((rig) => open(rig))).toMatchObject({ failure: 'too-large' })
    let sent = 0
    server.intercept = (asked, response) => {
      if (asked.path !== 'Binary/b1') return before(asked, response)
      response.writeHead(200, { 'content-type': 'image/png' })
      const piece = Buffer.alloc(1024 * 1024, 1)
      const more = () => {
        while (!response.destroyed && sent < 200) {
          sent += 1
          if (!response.write(piece)) return void response.once('drain', more)
        }
      }
      more()
      return true
    }
    expect(await working((rig) => open(rig))).toMatchObject({ failure: 'too-large' })
    expect(sent).toBeLessThan(60)
  })

  it('that lies elsewhere is not fetched', async () => {
    for (const url of ['https://evil.example.org/Binary/b1', 'Patient/ann', 'Binary/../Patient/ann', 'Binary/..', `${server.fhirBase}/Patient/ann`, 'file:///etc/passwd', 'data:text/html,x', `${server.fhirBase.replace('/fhir/R4', '')}/admin`]) {
      server.resources = [documentOf('letter', {}, { contentType: 'application/pdf', url })]
      expect(await working((rig) => open(rig)), url).toMatchObject({ failure: 'redirected' })
    }
    expect(server.asked.filter(({ path }) => !path.startsWith('DocumentReference/') && !path.startsWith('metadata'))).toEqual([])
  })
})

describe('another patient’s document @164.312(a)(1)', () => {
  it('is not shown in this chart, whatever the EHR answers, nor kept', async () => {
    server.resources = [documentOf('letter', { subject: { reference: 'Patient/bob' } })]
    expect(await working((rig) => open(rig))).toMatchObject({ failure: 'wrong-patient' })
    server.resources = [documentOf('letter', { subject: undefined })]
    expect(await working((rig) => open(rig))).toMatchObject({ failure: 'malformed' })
    expect(server.asked.some(({ path }) => path.startsWith('Binary/'))).toBe(false)
  })

  it('that is open in its chart is not read over another chart’s port', async () => {
    await working(async (rig) => {
      const { file } = await opened(rig)
      expect(await rig.tab('bob').call('document.part', { patient: bob, file, part: 0 })).toMatchObject({ failure: 'stale' })
      expect(await rig.tab('bob').call('document.part', { patient: ann, file, part: 0 })).toMatchObject({ failure: 'wrong-patient' })
      await rig.tab('bob').call('document.close', { patient: bob, file })
      expect(await rig.tab('ann').call('document.part', { patient: ann, file, part: 0 })).toHaveProperty('value')
      await rig.tab('ann').call('document.close', { patient: ann, file })
      expect(await rig.tab('ann').call('document.part', { patient: ann, file, part: 0 })).toMatchObject({ failure: 'stale' })
      expect(await rig.tab('ann').call('document.part', { patient: ann, file, part: 999 })).toMatchObject({ failure: 'stale' })
    })
  })
})

describe('a kept document that somebody has changed', () => {
  /** Changes the vault's own file as one who can write the disk, but has no key. */
  function tamper(sql: string): void {
    const database = new Database(join(folder, 'cache.db'))
    try {
      database.exec(sql)
    } finally {
      database.close()
    }
  }

  it('cannot be reached without the key of the file, and is read again after the cache was damaged', async () => {
    await working(opened)
    expect(() => tamper('delete from bodies')).toThrow()
    const [bytes] = [readFileSync(join(folder, 'cache.db'))]
    expect(bytes.includes('document')).toBe(false)
    rmSync(join(folder, 'cache.db'))
    await working(async (rig) => expect((await read(rig, await opened(rig))).equals(bytesOf('b1'))).toBe(true))
  })
})
