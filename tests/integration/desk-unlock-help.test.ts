import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askedInSpelling, readScopes } from '../../electron/auth/permissions.ts'
import { type Rig, startRig } from '../../electron/records/testing/rig.ts'
import { memoryKeychain } from '../../electron/vault/memory-keychain.ts'
import { tries } from '../../electron/vault/tries.ts'
import { createUnlockHelp } from '../../electron/vault/unlock-help.ts'
import { unlockSecret } from '../../electron/vault/unlock-secret.ts'
import type { Sandbox } from '../../sandbox/server.ts'
import type { InputOf } from '../../shared/contract/index.ts'
import { kindOf } from '../../shared/errors.ts'
import { grouped } from '../../shared/unlock-codes.ts'
import { type Ask, openAsk, openStation, tokensOf } from './lockout/desk.ts'
import { openProbe, type Probe, smallSandbox } from './sandbox-client.ts'

const said = { identifiedBy: 'called-back', identification: 'At the number of ward 3', reason: 'Out of tries on the cut-off ward' } as const
let sandbox: Sandbox
let probe: Probe
let ask: Ask
let close: () => Promise<void>
let rig: Rig
beforeAll(async () => {
  sandbox = await smallSandbox()
  probe = await openProbe(sandbox)
  ;({ ask, close } = openAsk(sandbox))
  const { access_token: token, scope = '' } = await tokensOf(sandbox, probe, 'support', 0, askedInSpelling({ scopeSpelling: 'v2', deskScopes: ['lockout.read', 'lockout.order', 'lockout.alerts'] }, 'reports').join(' '))
  rig = startRig({ server: { fhirBase: sandbox.fhirBase, authority: { pem: sandbox.caPem } }, folder: undefined, token, nextToken: token, permissions: readScopes(scope.split(' ')).permissions, role: 'support' })
})
afterAll(async () => {
  await rig.stop()
  await close()
  await probe.close()
  await sandbox.close()
})

/** A workstation whose user has signed in fully, and has then used all tries of their PIN; nobody waits. */
async function outOfTries(role = 'nurse') {
  const made = await openStation(sandbox, ask)
  const tokens = await tokensOf(sandbox, probe, role, 0, 'openid fhirUser offline_access user/*.rs')
  const [sub, user, keychain] = [tokens.claims()?.sub ?? '', 'a'.repeat(26), memoryKeychain()]
  const secret = unlockSecret(keychain)
  await secret.keep((await made.register(tokens.access_token)).body.unlockSecret ?? '')
  const [monotonic, wait] = [() => performance.now(), () => Promise.resolve()]
  const counted = tries({ keychain, monotonic, wait })
  for (let left = 5; left > 0; left -= 1) await counted.take(user)
  const help = createUnlockHelp({ tries: counted, secret, deviceId: made.deviceId, subjectOf: () => sub, policy: () => ({ supportTries: 3 }), clock: { now: Date.now }, monotonic, wait, draw: (below) => randomInt(below) })
  return {
    deviceId: made.deviceId, sub,
    left: () => counted.left(user),
    challenge: async () => grouped((await help.challenge(user)).code),
    answer: (response: string) => help.answer(user, response).then((granted) => `${granted} tries`, kindOf),
  }
}
const desk = (change: Partial<InputOf<'desk.unlockHelp'>> & Pick<InputOf<'desk.unlockHelp'>, 'deviceId' | 'user' | 'challenge'>) => rig.workspace().call('desk.unlockHelp', { ...said, ...change })
async function responseTo(change: Parameters<typeof desk>[0]): Promise<string> {
  const reply = await desk(change)
  if ('failure' in reply) throw new Error(reply.failure)
  return reply.value.response
}

describe('the desk, by its own screen, and a workstation out of tries', () => {
  it('agree on the answer, which is in the chain before it is given, and never with the codes @164.312(b)', async () => {
    const made = await outOfTries()
    const challenge = await made.challenge()
    const before = rig.audit.length
    const response = await responseTo({ deviceId: made.deviceId, user: made.sub, challenge })
    expect(rig.audit.slice(before).map(({ event, outcome }) => `${event} ${outcome}`)).toEqual(['desk.unlock-help intent', 'desk.unlock-help success'])
    for (const code of [challenge, response]) expect(JSON.stringify([rig.audit, rig.told])).not.toContain(code)
    expect(await made.answer(response)).toBe('3 tries')
    expect(await made.left()).toBe(3)
    expect(await made.answer(response)).toBe('code-expired')
  })

  it('do not where the desk picks another workstation or another person', async () => {
    const [made, other] = [await outOfTries(), await outOfTries('physician')]
    const challenge = await made.challenge()
    expect(await desk({ deviceId: made.deviceId, user: other.sub, challenge })).toMatchObject({ failure: 'desk-user-not-there' })
    // Where the first character fits by chance it is answered, and the answer is wrong.
    const elsewhere = await desk({ deviceId: other.deviceId, user: other.sub, challenge })
    expect('failure' in elsewhere ? elsewhere.failure : await made.answer(elsewhere.value.response)).toMatch(/^desk-no-secret$|^code-wrong$/)
    expect(await made.answer(await responseTo({ deviceId: other.deviceId, user: other.sub, challenge: await other.challenge() }))).toBe('code-wrong')
    expect(await made.left()).toBe(0)
  })

  it('fail in words that the desk can do something about', async () => {
    const made = await outOfTries()
    const asked = { deviceId: made.deviceId, user: made.sub, challenge: await made.challenge() }
    const slip = `${asked.challenge.slice(0, -1)}${asked.challenge.endsWith('2') ? '3' : '2'}`
    expect(await desk({ ...asked, challenge: slip })).toMatchObject({ failure: 'code-misread' })
    expect(await desk({ ...asked, deviceId: 'nobody-knows-this-one' })).toMatchObject({ failure: 'not-found' })
    for (let count = 0; count < 5; count += 1) await responseTo(asked)
    expect(await desk(asked)).toMatchObject({ failure: 'desk-enough-answers' })
    rig.refuseAudit()
    const unheard = await outOfTries()
    expect(await desk({ deviceId: unheard.deviceId, user: unheard.sub, challenge: await unheard.challenge() })).toMatchObject({ failure: 'audit-unavailable' })
  })
})
