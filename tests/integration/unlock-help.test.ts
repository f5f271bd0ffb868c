import { createHmac } from 'node:crypto'
import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Sandbox } from '../../sandbox/server.ts'
import { challengeOf } from './lockout/challenge.ts'
import { type Ask, openAsk, openStation, tokensOf } from './lockout/desk.ts'
import { openProbe, type Probe, smallSandbox } from './sandbox-client.ts'

const said = { identifiedBy: 'called-back', identification: 'Rang the ward back, spoke to the charge nurse', reason: 'Forgot which of two PINs it was' }
let sandbox: Sandbox
let probe: Probe
let ask: Ask
let close: () => Promise<void>
let desk: string
let deskSub: string
beforeAll(async () => {
  sandbox = await smallSandbox()
  probe = await openProbe(sandbox)
  ;({ ask, close } = openAsk(sandbox))
  const tokens = await tokensOf(sandbox, probe, 'support', 0)
  desk = `Bearer ${tokens.access_token}`
  deskSub = tokens.claims()?.sub ?? ''
})
afterAll(async () => {
  await close()
  await probe.close()
  await sandbox.close()
})

async function station(role = 'nurse', index = 0) {
  const made = await openStation(sandbox, ask)
  const tokens = await tokensOf(sandbox, probe, role, index, 'openid fhirUser offline_access user/*.rs')
  const { unlockSecret = '' } = (await made.register(tokens.access_token)).body
  return { ...made, tokens, sub: tokens.claims()?.sub ?? '', unlockSecret }
}
type Made = Awaited<ReturnType<typeof station>>
const help = (made: Made, change: object = {}, who = desk) =>
  ask('POST', '/lockout/challenges', who, { deviceId: made.deviceId, user: made.sub, challenge: challengeOf(made.unlockSecret), ...said, ...change })
const historyOf = async (made: Made) => {
  const Entries = z.object({ entries: z.array(z.object({ what: z.string(), user: z.string().optional(), by: z.object({ sub: z.string() }).optional(), detail: z.string().optional() })) })
  return Entries.parse(JSON.parse((await ask('GET', `/lockout/workstations/${made.deviceId}/history`, desk)).text)).entries.filter(({ what }) => what.startsWith('unlock-help'))
}

/** As whoever builds the other side reads docs/lockout-api.json: with no code of ours. */
function responseBy(secret: string, deviceId: string, user: string, challenge: string): string {
  const alphabet = '23456789ABCDEFGHJKMNPQRSTUVWXYZ'
  const digest = createHmac('sha256', Buffer.from(secret, 'base64url')).update(`chartkeep unlock response v1\0${deviceId}\0${user}\0${challenge.replace('-', '')}`).digest()
  let rest = digest.readBigUInt64BE(0)
  let [text, check] = ['', 0]
  for (let place = 1; place <= 9; place += 1) {
    const digit = Number(rest % 31n)
    rest /= 31n
    check += place * digit
    text += alphabet[digit]
  }
  text += alphabet[check % 31]
  return `${text.slice(0, 5)}-${text.slice(5)}`
}

describe('the desk, asked by somebody without tries', () => {
  it('answers the challenge of that workstation for that person, and who was identified how is in the history @164.312(b)', async () => {
    const made = await station()
    const challenge = challengeOf(made.unlockSecret)
    const answered = await help(made, { challenge })
    expect(answered).toMatchObject({ status: 200, body: { response: responseBy(made.unlockSecret, made.deviceId, made.sub, challenge), workstation: { displayName: 'WS-1' }, user: { sub: made.sub } } })
    // However it was typed.
    expect((await help(made, { challenge: challenge.toLowerCase().replace('-', ' ') })).body.response).toBe(answered.body.response)
    const [entry] = await historyOf(made)
    expect(entry).toEqual({ what: 'unlock-help.answered', user: made.sub, by: { sub: deskSub }, detail: `${said.reason} (called-back: ${said.identification})` })
    // And in the EHR's own trail.
    const { access_token: auditor } = await tokensOf(sandbox, probe, 'compliance', 0, 'openid user/AuditEvent.rs')
    const { text } = await ask('GET', '/fhir/R4/AuditEvent?subtype=unlock-help.answered&_sort=-date&_count=1', `Bearer ${auditor}`)
    for (const [type, valueString] of Object.entries(said)) expect(text).toContain(JSON.stringify({ type, valueString }))
    const all = (await ask('GET', '/lockout/history?limit=500', desk)).text
    for (const secret of [challenge, answered.body.response ?? '', made.unlockSecret]) expect(all).not.toContain(secret)
  })

  it('answers otherwise for another person, another workstation, another challenge', async () => {
    const [made, other] = [await station(), await station()]
    const physician = await tokensOf(sandbox, probe, 'physician', 0, 'openid fhirUser offline_access user/*.rs')
    const { unlockSecret = '' } = (await made.register(physician.access_token)).body
    const challenge = challengeOf(unlockSecret)
    const answers = [await help(made, { challenge }), await help(made, { challenge, user: physician.claims()?.sub }), await help(made, { challenge: challengeOf(unlockSecret) }), await help(other)]
    expect(new Set(answers.map(({ body }) => body.response)).size).toBe(4)
    // The digit of its secret is not likely to fit, and where it fits the answer does not.
    const foreign = await help(other, { challenge })
    expect(foreign.body.response).not.toBe(answers[0]?.body.response)
  })

  it('answers under the secret of before, where the one that is newer was lost on its way', async () => {
    const made = await station()
    const again = await tokensOf(sandbox, probe, 'nurse', 0, 'openid fhirUser offline_access user/*.rs')
    await made.register(again.access_token)
    const challenge = challengeOf(made.unlockSecret)
    expect((await help(made, { challenge })).body.response).toBe(responseBy(made.unlockSecret, made.deviceId, made.sub, challenge))
  })

  it('refuses who is disabled, who was never there, oneself, and a workstation that has no secret; and tells so in the history', async () => {
    const made = await station('nurse', 1)
    const never = await station('physician', 1)
    expect(await help(made, { user: never.sub })).toMatchObject({ status: 409, body: { error: 'user-never-there' } })
    expect(await help(made, { user: deskSub })).toMatchObject({ status: 409, body: { error: 'not-oneself' } })
    await ask('POST', '/lockout/orders', desk, { kind: 'disable-user', target: { users: [made.sub] }, reason: said.reason })
    expect(await help(made)).toMatchObject({ status: 409, body: { error: 'user-disabled' } })
    await ask('POST', '/lockout/orders', desk, { kind: 'enable-user', target: { users: [made.sub] }, reason: said.reason })
    expect((await help(made)).status).toBe(200)
    // A token that was refreshed registers, and gets no secret.
    const bare = await openStation(sandbox, ask)
    const { access_token: refreshed } = await client.refreshTokenGrant(probe.config, never.tokens.refresh_token ?? '')
    expect((await bare.register(refreshed)).body.unlockSecret).toBeUndefined()
    expect(await help({ ...never, deviceId: bare.deviceId })).toMatchObject({ status: 409, body: { error: 'no-secret' } })
    expect((await historyOf(made)).map(({ what, detail }) => (what === 'unlock-help.refused' ? detail : what))).toEqual(['unlock-help.answered', 'user-disabled', 'not-oneself', 'user-never-there'])
  })

  it('refuses what it cannot know: another workstation, another person, a misread challenge, no word on who called', async () => {
    const made = await station()
    expect(await help(made, { deviceId: 'nobody-knows-this-one' })).toMatchObject({ status: 404, body: { error: 'no-such-workstation' } })
    expect(await help(made, { user: 'nobody' })).toMatchObject({ status: 404, body: { error: 'no-such-user' } })
    const challenge = challengeOf(made.unlockSecret)
    const misread = challenge.startsWith('2') ? `3${challenge.slice(1)}` : `2${challenge.slice(1)}`
    expect(await help(made, { challenge: misread })).toMatchObject({ status: 422, body: { error: 'challenge-misread' } })
    for (const change of [{ identifiedBy: 'voice' }, { identifiedBy: undefined }, { identification: 'ok' }, { reason: 'none' }, { extra: 1 }]) expect((await help(made, change)).status).toBe(400)
    expect(await historyOf(made)).toEqual([])
  })

  it('answers nobody but the support role, with the scope for orders', async () => {
    const made = await station()
    const reader = await tokensOf(sandbox, probe, 'support', 1, 'openid lockout.read')
    expect(await help(made, {}, `Bearer ${reader.access_token}`)).toMatchObject({ status: 403, body: { error: 'scope-missing' } })
    expect(await help(made, {}, `Bearer ${made.tokens.access_token}`)).toMatchObject({ status: 403, body: { error: 'role-may-not' } })
    expect((await help(made, {}, 'Bearer made-up')).status).toBe(401)
  })

  it('answers five times in an hour for one workstation, and others all the same', async () => {
    const [made, other] = [await station(), await station()]
    for (let count = 0; count < 5; count += 1) expect((await help(made)).status).toBe(200)
    expect(await help(made)).toMatchObject({ status: 429, body: { error: 'too-many-answers' } })
    expect((await help(other)).status).toBe(200)
  })
})
