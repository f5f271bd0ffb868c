import { connect, type SecureVersion } from 'node:tls'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import * as client from 'openid-client'
import { expect, vi } from 'vitest'
import { z } from 'zod'
import type { FaultName } from '../../../sandbox/faults/index.ts'
import { openBrowser } from '../sandbox-browser.ts'
import { openProbe, signedIn, signIn, userWith } from '../sandbox-client.ts'
import { type Heard, openAsker } from './asking.ts'
import type { Faulty } from './faulty.ts'
import { orderDeeds } from './order-deeds.ts'

type Deed = (faulty: Faulty) => Promise<void>

const because = (words: string) => ({ cause: { message: expect.stringContaining(words) } })
const smart = '.well-known/smart-configuration'
const openId = '/auth/.well-known/openid-configuration'

const Searchset = z.looseObject({
  link: z.array(z.object({ relation: z.string(), url: z.string() })),
  entry: z.array(z.looseObject({ resource: z.looseObject({ resourceType: z.string(), id: z.string().optional() }), search: z.object({ mode: z.string() }).optional() })).default([]),
})
const searchset = ({ text }: Heard) => Searchset.parse(JSON.parse(text))
const linkIn = (heard: Heard, relation: string) => searchset(heard).link.find((link) => link.relation === relation)?.url ?? ''
const typesIn = (heard: Heard) => new Set(searchset(heard).entry.map(({ resource }) => resource.resourceType))

/** What the server shows in a handshake: a protocol to who accepts it, else why not. */
function shaken({ sandbox }: Faulty, ca: string, versions: { readonly minVersion?: SecureVersion; readonly maxVersion?: SecureVersion; readonly ciphers?: string } = {}): Promise<string> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(sandbox.baseUrl)
    const socket = connect({ host: hostname, port: Number(port), ca, servername: '', ...versions }, () => {
      resolve(socket.getProtocol() ?? 'none')
      socket.end()
    })
    socket.on('error', (error) => resolve('code' in error ? String(error.code) : 'error'))
  })
}

const certificate = (code: string): Deed => async (faulty) => {
  expect(await shaken(faulty, faulty.sandbox.caPem)).toBe('TLSv1.3')
  faulty.turn()
  expect(await shaken(faulty, faulty.sandbox.caPem)).toBe(code)
}

const status = (path: string, expected: number, body: RegExp): Deed => async ({ asker, turn }) => {
  expect((await asker.get(path)).status).toBe(200)
  turn()
  const heard = await asker.get(path)
  expect(heard.status).toBe(expected)
  expect(heard.text).toMatch(body)
}
const discovery = (expected: number, body: RegExp): Deed => async (faulty) => {
  await status(smart, expected, body)(faulty)
  expect(await faulty.asker.get(openId)).toMatchObject({ status: expected, text: expect.stringMatching(body) })
}
const tokenEndpoint = (expected: number, body: RegExp): Deed => async ({ asker, turn }) => {
  turn()
  const heard = await asker.post('/auth/token', 'grant_type=refresh_token', 'application/x-www-form-urlencoded')
  expect([heard.status, body.test(heard.text)]).toEqual([expected, true])
}

const lyingToken = (claim: string): Deed => async ({ sandbox, probe, turn }) => {
  turn()
  await expect(signedIn(sandbox, probe)).rejects.toMatchObject(because(claim))
}
const claims = (check: (claims: Record<string, unknown>, faulty: Faulty) => void): Deed => async (faulty) => {
  faulty.turn()
  check(decodeJwt((await signedIn(faulty.sandbox, faulty.probe)).id_token ?? ''), faulty)
}
const refreshed = (check: (answer: Awaited<ReturnType<typeof client.refreshTokenGrant>>) => void): Deed => async ({ probe, tokens, turn }) => {
  turn()
  check(await client.refreshTokenGrant(probe.config, tokens.refresh_token ?? ''))
}

const laboratory = ({ patient }: Faulty, count = 100) => `Observation?patient=${patient}&category=laboratory&_sort=-date&_count=${count}`
/** A page of results, and the same under the habit. */
const page = (check: (now: Heard, before: Heard, faulty: Faulty) => void | Promise<void>, count = 20): Deed => async (faulty) => {
  const before = await faulty.asker.get(laboratory(faulty, count))
  faulty.turn()
  const now = await faulty.asker.get(laboratory(faulty, count))
  expect([before.status, now.status]).toEqual([200, 200])
  await check(now, before, faulty)
}
const refused = (path: (faulty: Faulty) => string, other: (faulty: Faulty) => string): Deed => async (faulty) => {
  expect((await faulty.asker.get(path(faulty))).status).toBe(200)
  faulty.turn()
  const [heard, without] = [await faulty.asker.get(path(faulty)), await faulty.asker.get(other(faulty))]
  expect([heard.status, heard.json()['resourceType'], without.status]).toEqual([400, 'OperationOutcome', 200])
}
const introspected = ({ probe, tokens }: Faulty, which: 'access_token' | 'refresh_token') =>
  probe.post('/auth/introspect', new URLSearchParams({ client_id: 'chartkeep-desktop', token: tokens[which] ?? '' }).toString())
const auditEvents = (expected: number): Deed => async ({ sandbox, probe, turn }) => {
  const { access_token: token } = await signedIn(sandbox, probe, 'physician', { scope: 'openid user/AuditEvent.c' })
  const mayCreate = openAsker(sandbox, () => token)
  const event = JSON.stringify({ resourceType: 'AuditEvent' })
  // Looked at, and found to be none.
  expect((await mayCreate.post('AuditEvent', event)).status).toBe(400)
  turn()
  expect((await mayCreate.post('AuditEvent', event)).status).toBe(expected)
}

/** Each does, seen from outside, what its name says, and did not before. */
export const faultDeeds: Readonly<Record<FaultName, Deed>> = {
  ...orderDeeds,
  'network: cut': async ({ asker, turn }) => {
    turn()
    await expect(asker.get('metadata')).rejects.toThrow(/closed|hang up|ECONNRESET/)
  },
  'certificate: foreign': async (faulty) => {
    await certificate('SELF_SIGNED_CERT_IN_CHAIN')(faulty)
    // For the right names, so that who trusts that authority too has the pins alone.
    expect(await shaken(faulty, faulty.sandbox.foreignCaPem)).toBe('TLSv1.3')
  },
  'certificate: self-signed': certificate('DEPTH_ZERO_SELF_SIGNED_CERT'),
  'certificate: wrong-name': certificate('ERR_TLS_CERT_ALTNAME_INVALID'),
  'certificate: expired': certificate('CERT_HAS_EXPIRED'),
  'tls: 1.1': async (faulty) => {
    const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
    expect(await shaken(faulty, faulty.sandbox.caPem, old)).toMatch(/^ERR_SSL/)
    faulty.turn()
    expect(await shaken(faulty, faulty.sandbox.caPem)).toMatch(/^ERR_SSL/)
    expect(await shaken(faulty, faulty.sandbox.caPem, old)).toBe('TLSv1.1')
  },

  'discovery: server-error': discovery(500, /broken on purpose/),
  'discovery: missing': discovery(404, /broken on purpose/),
  'discovery: not-json': discovery(200, /^<!doctype html>/),
  'discovery: wrong-issuer': async ({ sandbox, turn }) => {
    turn()
    await expect(openProbe(sandbox)).rejects.toThrow('issuer does not match')
  },
  'tokenEndpoint: server-error': tokenEndpoint(503, /broken on purpose/),
  'tokenEndpoint: not-json': tokenEndpoint(200, /^<!doctype html>/),
  'introspection: absent': async (faulty) => {
    const named = async () => (await Promise.all([smart, openId].map((path) => faulty.asker.get(path)))).map((heard) => 'introspection_endpoint' in heard.json())
    expect(await named()).toEqual([true, true])
    faulty.turn()
    expect(await named()).toEqual([false, false])
    expect((await introspected(faulty, 'refresh_token')).status).toBe(404)
  },
  'introspection: of-access-tokens': async (faulty) => {
    expect((await introspected(faulty, 'refresh_token')).body).toContain('"active":true')
    faulty.turn()
    expect((await introspected(faulty, 'refresh_token')).body).toBe('{"active":false}')
    expect((await introspected(faulty, 'access_token')).body).toContain('"active":true')
  },
  'introspection: of-another': async (faulty) => {
    expect((await introspected(faulty, 'refresh_token')).body).toContain(`"sub":"${faulty.tokens.claims()?.sub ?? ''}"`)
    faulty.turn()
    expect((await introspected(faulty, 'refresh_token')).body).toContain('"sub":"another-person"')
  },
  'idToken: wrong-nonce': lyingToken('"nonce"'),
  'idToken: wrong-issuer': lyingToken('"iss"'),
  'idToken: wrong-audience': lyingToken('"aud"'),
  'idToken: wrong-subject': claims(({ sub }) => expect(sub).toBe('another-person')),
  'idToken: old-auth-time': claims(({ auth_time: at }) => expect(at).toBeLessThan(Date.now() / 1000 - 7 * 3600)),
  'idToken: bad-signature': async ({ sandbox, turn }) => {
    const strict = await openProbe(sandbox)
    client.enableNonRepudiationChecks(strict.config)
    expect((await signedIn(sandbox, strict)).id_token).toBeTypeOf('string')
    turn()
    await expect(signedIn(sandbox, strict)).rejects.toMatchObject(because('signature'))
    await strict.close()
  },
  'callback: wrong-state': lyingToken('"state"'),
  'callback: wrong-issuer': lyingToken('"iss"'),
  'code: expired': async ({ sandbox, probe, turn }) => {
    turn()
    await expect(signedIn(sandbox, probe)).rejects.toMatchObject({ error: 'invalid_grant' })
  },
  'redirectPorts: fixed': async ({ sandbox, probe, turn }) => {
    turn()
    const browser = openBrowser(sandbox.caPem)
    expect(await browser.open((await probe.ask()).url)).toMatchObject({ kind: 'page', status: 400 })
    const fixed = await probe.ask({ redirect_uri: 'http://127.0.0.1:47213/callback' })
    expect((await signIn(browser, fixed.url, userWith(sandbox, 'physician'))).kind).toBe('callback')
    await browser.close()
  },
  'idTokenAlgorithm: ES384': async ({ sandbox, asker, turn }) => {
    turn()
    expect((await asker.get(openId)).json()['id_token_signing_alg_values_supported']).toEqual(['ES384'])
    expect((await asker.get(smart)).json()).not.toHaveProperty('id_token_signing_alg_values_supported')
    const told = await openProbe(sandbox, { algorithm: 'ES384' })
    expect(decodeProtectedHeader((await signedIn(sandbox, told)).id_token ?? '').alg).toBe('ES384')
    await told.close()
  },
  'refreshAnswer: id-token-without-audience': async ({ sandbox, probe, turn }) => {
    turn()
    // Whole at the sign-in; at the refresh alone it is not.
    const tokens = await signedIn(sandbox, probe)
    await expect(client.refreshTokenGrant(probe.config, tokens.refresh_token ?? '')).rejects.toMatchObject(because('"aud"'))
  },
  'refreshAnswer: without-id-token': refreshed((answer) => expect([answer.id_token, typeof answer.refresh_token]).toEqual([undefined, 'string'])),
  'refreshAnswer: without-refresh-token': async (faulty) => {
    await refreshed((answer) => expect([answer.refresh_token, typeof answer.access_token]).toEqual([undefined, 'string']))(faulty)
    // The old one is still good.
    expect((await client.refreshTokenGrant(faulty.probe.config, faulty.tokens.refresh_token ?? '')).access_token).toBeTypeOf('string')
  },
  'refreshReuse: never': async ({ probe, tokens, turn }) => {
    const again = () => client.refreshTokenGrant(probe.config, tokens.refresh_token ?? '')
    await again()
    const { refresh_token: last = '' } = await again()
    turn()
    await expect(again()).rejects.toMatchObject({ error: 'invalid_grant' })
    await expect(client.refreshTokenGrant(probe.config, last)).rejects.toMatchObject({ error: 'invalid_grant' })
  },
  'fhirUser: relative': claims(({ fhirUser }, { sandbox }) => expect(fhirUser).toBe(`Practitioner/${userWith(sandbox, 'physician').practitioner}`)),
  'fhirUser: as-profile': claims(({ fhirUser, profile }, { sandbox }) => {
    expect([fhirUser, profile]).toEqual([undefined, expect.stringMatching(new RegExp(`Practitioner/${userWith(sandbox, 'physician').practitioner}$`))])
  }),
  'scopes: v1': async ({ sandbox, probe, asker, turn }) => {
    turn()
    const told = (await asker.get(smart)).text
    expect(told).toContain('permission-v1')
    expect(told).not.toMatch(/permission-v2|[.]rs"/)
    const old = await signedIn(sandbox, probe, 'physician', { scope: 'openid fhirUser user/*.read user/DocumentReference.write' })
    expect(old.scope?.split(' ')).toEqual(['openid', 'fhirUser', 'user/*.read', 'user/DocumentReference.write'])
    expect(await probe.api('Patient?_count=1', old.access_token)).toBe(200)
    expect((await signedIn(sandbox, probe)).scope).toBe('openid fhirUser offline_access')
  },
  'scopes: unsaid': async ({ sandbox, probe, tokens, turn }) => {
    expect(tokens.scope).toBeTypeOf('string')
    turn()
    expect((await signedIn(sandbox, probe)).scope).toBeUndefined()
  },
  withheld: async ({ sandbox, probe, turn }) => {
    turn()
    const { scope, access_token: token } = await signedIn(sandbox, probe, 'physician', { scope: 'openid user/Patient.rs user/Observation.rs' })
    expect(scope).toBe('openid user/Patient.rs')
    expect([await probe.api('Patient?_count=1', token), await probe.api('Observation?_count=1', token)]).toEqual([200, 403])
  },

  'fhir: redirect': async ({ sandbox, asker, turn }) => {
    turn()
    const { status: code, headers } = await asker.get('Patient?_count=1')
    const location = String(headers['location'])
    expect([code, new URL(location).hostname, sandbox.strays().requests]).toEqual([307, 'localhost', 0])
    // Who follows is counted, and whether they brought a token.
    const { requests, withToken } = sandbox.strays()
    await asker.get(new URL(location).pathname)
    expect(sandbox.strays()).toEqual({ requests: requests + 1, withToken: withToken + 1 })
  },
  'fhir: server-error': status('Patient?_count=1', 503, /broken on purpose/),
  'fhir: not-json': status('Patient?_count=1', 200, /^<!doctype html>/),

  'batch: refused': async ({ asker, turn }) => {
    const batch = JSON.stringify({ resourceType: 'Bundle', type: 'batch', entry: [{ request: { method: 'GET', url: 'Patient?_count=1' } }] })
    const post = async () => (await asker.post('/fhir/R4', batch)).status
    expect(await post()).toBe(200)
    turn()
    expect(await post()).toBe(405)
  },
  'observations: by-category-or-code': refused(({ patient }) => `Observation?patient=${patient}&_count=1`, laboratory),
  'auditEvents: forbidden': auditEvents(403),
  'auditEvents: no-such-interaction': auditEvents(405),
  'lastUpdated: patients-alone': refused(({ patient }) => `Flag?patient=${patient}&_lastUpdated=gt2020-01-01`, () => 'Patient?_lastUpdated=gt2020-01-01&_count=1'),
  'sort: ignored': page((now, before) => {
    expect(linkIn(before, 'self')).toContain('_sort=')
    expect(linkIn(now, 'self')).not.toContain('_sort=')
    const order = (heard: Heard) => searchset(heard).entry.map(({ resource }) => String(resource['effectiveDateTime']))
    const newestFirst = (dates: string[]) => dates.toSorted().toReversed()
    expect(order(before)).toEqual(newestFirst(order(before)))
    expect(order(now)).not.toEqual(newestFirst(order(now)))
  }),
  'sort: refused': refused(laboratory, ({ patient }) => `Observation?patient=${patient}&category=laboratory&_count=10`),
  'count: capped': page((now, before) => {
    expect([searchset(before).entry.length, searchset(now).entry.length]).toEqual([20, 10])
    expect(linkIn(now, 'next')).not.toBe('')
  }),
  'nextLinks: from-base': page(async (now, _before, { asker }) => {
    expect(linkIn(now, 'next')).toMatch(/^Observation\?/)
    expect((await asker.get(linkIn(now, 'next'))).status).toBe(200)
  }),
  'nextLinks: from-root': page(async (now, _before, { asker }) => {
    expect(linkIn(now, 'next')).toMatch(/^\/fhir\/R4\/Observation\?/)
    expect((await asker.get(linkIn(now, 'next'))).status).toBe(200)
  }),
  'nextLinks: plain-http': page((now, before) => expect(linkIn(now, 'next').split('?')[0]).toBe(linkIn(before, 'next').split('?')[0]?.replace('https:', 'http:'))),
  'etags: absent': page(async (now, before, faulty) => {
    const { etag } = before.headers
    expect([typeof etag, now.headers['etag']]).toEqual(['string', undefined])
    expect((await faulty.asker.get(laboratory(faulty, 20), { 'if-none-match': String(etag) })).status).toBe(200)
  }),
  'outcomes: note': page((now) => expect(searchset(now).entry[0]).toMatchObject({ resource: { resourceType: 'OperationOutcome', issue: [{ severity: 'information' }] }, search: { mode: 'outcome' } })),
  'outcomes: unmarked-note': page((now) => {
    const [first] = searchset(now).entry
    expect([first?.resource.resourceType, first?.search]).toEqual(['OperationOutcome', undefined])
  }),
  'outcomes: suppressed': page((now) => expect(searchset(now).entry[0]?.resource).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ code: 'suppressed' }] })),
  'outcomes: instead': page((now) => expect(now.json()).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'forbidden' }] })),
  'includes: unasked': page((now, before) => {
    expect([typesIn(before), typesIn(now)]).toEqual([new Set(['Observation']), new Set(['Practitioner', 'Observation'])])
    expect(searchset(now).entry[0]?.search).toEqual({ mode: 'include' })
  }),
  'patientReferences: absolute': page((now, _before, { sandbox, patient }) => expect(now.text).toContain(`"reference":"${sandbox.fhirBase}/Patient/${patient}"`)),
  'patientReferences: versioned': page((now, _before, { patient }) => expect(now.text).toContain(`"reference":"Patient/${patient}/_history/1"`)),
  'patientReferences: by-identifier': page((now, before) => {
    expect(before.text).toContain('"reference":"Patient/')
    expect(now.text).not.toContain('"reference":"Patient/')
  }),
  'contentType: application/json': page((now, before) => expect([before.headers['content-type'], now.headers['content-type']]).toEqual([expect.stringMatching(/^application\/fhir\+json/), expect.stringMatching(/^application\/json/)])),
  atOnce: async ({ sandbox, asker, turn }) => {
    sandbox.resetTraffic()
    turn()
    // One whose body does not come is under way for as long as that.
    const slow = asker.begin('Patient/_search')
    await vi.waitFor(() => expect(sandbox.traffic().requests).toBe(1))
    const beyond = await asker.get('Patient?_count=1')
    expect([beyond.status, beyond.headers['retry-after']]).toEqual([429, undefined])
    // It leaves unanswered, which is counted, and there is room again.
    slow.leave()
    await vi.waitFor(() => expect(sandbox.traffic()).toEqual({ requests: 2, mostAtOnce: 2, left: 1 }))
    expect((await asker.get('Patient?_count=1')).status).toBe(200)
  },
}
