import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { ChartkeepError } from '../../shared/errors.ts'
import { createLog } from '../diagnostics/log.ts'
import type { Journal, Kept } from './journal.ts'
import type { Order } from './order.ts'
import { receiveOrders } from './receiver.ts'
import type { PollBody, Polled } from './transmitter.ts'

const [issuer, deviceId, serverNow] = ['https://ehr.example', 'this-workstation-0001', 1_800_000_000]
let keys: JSONWebKeySet
let signed: (jti: string) => Promise<string>
beforeAll(async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }] }
  signed = (jti) =>
    new SignJWT({ jti, iss: issuer, aud: deviceId, iat: serverNow, sub_id: { format: 'complex', device: { format: 'opaque', id: deviceId } }, events: { 'https://chartkeep.example/secevent/event-type/workstation-lock': {} } })
      .setProtectedHeader({ alg: 'ES256', kid: 'one', typ: 'secevent+jwt' })
      .sign(privateKey)
})

/** A workstation in front of a transmitter that gives these tokens with each answer, one answer after the other; what happened, in its order. */
async function polled(answers: readonly (readonly (readonly [jti: string, token: string])[])[], disk: (writing: number) => Promise<void> = () => Promise.resolve(), chain: (outcome: string) => Promise<void> = () => Promise.resolve()) {
  const happened: string[] = []
  const ended = new AbortController()
  let kept: Kept = { seen: [], pending: [] }
  let writing = 0
  const journal: Journal = {
    current: () => kept,
    async change(to) {
      const next = to(kept)
      writing += 1
      await disk(writing)
      kept = next
      happened.push(`kept ${next.pending.length}`)
    },
  }
  const left = [...answers]
  const transmitter = {
    async poll({ ack, setErrs }: PollBody): Promise<Polled> {
      happened.push(...ack.map((jti) => `acknowledged ${jti}`), ...Object.entries(setErrs).map(([jti, { description }]) => `refused ${jti} ${description}`))
      const sets = left.shift()
      if (sets === undefined) ended.abort()
      return { sets: sets ?? [], serverNow, issuer }
    },
    keys: () => Promise.resolve(keys),
    report: () => Promise.resolve(),
  }
  await receiveOrders(
    {
      transmitter, deviceId, journal,
      audit: { announce: ({ outcome }) => chain(outcome).then(() => void happened.push(`recorded ${outcome}`)), tell: () => undefined },
      hearing: { answered: () => undefined, failed: () => undefined },
      log: createLog(() => undefined, { now: () => 0 }),
      carryOut: async ({ jti }: Order) => (happened.push(`carried out ${jti}`), 'done'),
      settled: () => undefined, wait: () => Promise.resolve(), monotonic: () => 0, random: () => 0,
    },
    ended.signal,
  )
  return happened
}

describe('an order that was received @164.312(a)(2)(iii)', () => {
  it('is on the disk before it is carried out, and before the transmitter hears of it', async () => {
    // A disk that takes its time.
    const happened = await polled([[['lock-1', await signed('lock-1')]], []], () => new Promise((resolve) => setImmediate(resolve)))
    expect(happened.filter((what) => !what.startsWith('recorded')).slice(0, 2)).toEqual(['kept 1', 'carried out lock-1'])
    expect(happened.indexOf('acknowledged lock-1')).toBeGreaterThan(0)
  })

  it('is carried out though the disk is full, and not acknowledged: it comes again, and is acknowledged once it is kept', async () => {
    const token = ['lock-1', await signed('lock-1')] as const
    const happened = await polled([[token], [token], []], (writing) => (writing === 1 ? Promise.reject(new ChartkeepError('disk-full')) : Promise.resolve()))
    expect(happened.filter((what) => !/^(kept 0|recorded)/.test(what)).slice(0, 4)).toEqual(['carried out lock-1', 'kept 1', 'carried out lock-1', 'acknowledged lock-1'])
  })

  it('is forgotten when the chain has what became of it, and not before: who is killed between the two does it again', async () => {
    // A chain that takes its time.
    const happened = await polled([[['lock-1', await signed('lock-1')]], []], undefined, () => new Promise((resolve) => setTimeout(resolve, 5)))
    expect(happened.slice(happened.indexOf('recorded success'))).toEqual(['recorded success', 'kept 0'])
  })

  it('is forgotten though the chain takes no entry', async () => {
    const happened = await polled([[['lock-1', await signed('lock-1')]], []], undefined, () => Promise.reject(new ChartkeepError('disk-full')))
    expect(happened.at(-1)).toBe('kept 0')
  })

  it('under another name than its token has is refused', async () => {
    const other = randomUUID()
    expect(await polled([[[other, await signed('lock-1')]], []])).toEqual([`refused ${other} malformed`])
  })
})
