import { describe, expect, it } from 'vitest'
import { ChartkeepError, kindOf } from '../../shared/errors.ts'
import { createLog } from '../diagnostics/log.ts'
import type { TokenGrant } from './authorize.ts'
import type { Introspected } from './introspection.ts'
import type { Redeemed } from './redeem-for-nothing.ts'
import { askingWays } from './still-granted.ts'
import { createTokens, type RefreshTokens } from './tokens.ts'

/** Tokens over a keychain in memory and an EHR that rotates, where a test may hold either up. */
function stage() {
  const kept = new Map<string, string>([['user', 'refresh-0']])
  const order: string[] = []
  const state = { now: 1_000_000, number: 0, keychain: undefined as ChartkeepError | undefined, ehr: undefined as ChartkeepError | undefined, gate: Promise.resolve(), scopes: ['user/AuditEvent.c'], spent: [] as string[], redeemed: 'narrow' as Redeemed, says: [] as (Introspected | undefined)[], looked: [] as string[], givenBack: [] as unknown[], meanwhile: undefined as (() => Promise<unknown>) | undefined }
  const refreshTokens: RefreshTokens = {
    read: (userKey) => Promise.resolve(kept.get(userKey)),
    store: async (userKey, token, follows = false) => {
      // A keychain answers later, never at once.
      await new Promise(setImmediate)
      if (state.keychain) throw state.keychain
      if (follows && !kept.has(userKey)) throw new ChartkeepError('unauthorized')
      order.push(`kept ${token}`)
      kept.set(userKey, token)
    },
    remove: (userKey) => Promise.resolve(void kept.delete(userKey)),
  }
  const logged: string[] = []
  const clock = { now: () => state.now }
  const grant = (): TokenGrant => {
    state.number += 1
    return { accessToken: `access-${state.number}`, refreshToken: `refresh-${state.number}`, expiresAt: state.now + 300_000, scopes: state.scopes }
  }
  const refresh = async (token: string) => {
    state.spent.push(token)
    await state.gate
    if (state.ehr) throw state.ehr
    return grant()
  }
  const make = () =>
    createTokens({
      userKey: 'user',
      refreshTokens,
      refresh,
      refreshForReports: refresh,
      redeem: async (token) => ({ redeemed: state.redeemed, refreshToken: (await refresh(token)).refreshToken }),
      introspect: async (token) => {
        state.looked.push(token)
        const said = state.says.shift()
        await state.meanwhile?.()
        return said
      },
      giveBack: async (late) => void state.givenBack.push(late),
      clock,
      monotonic: () => 0,
      log: createLog((line) => logged.push(line), clock),
    })
  return { tokens: make(), make, kept, order, state, grant, logged }
}
const forever = new Promise<never>(() => undefined)

describe('tokens', () => {
  it('keeps the rotated refresh token before the new access token is handed out', async () => {
    const { tokens, order } = stage()
    await tokens.access(false).then((token) => order.push(`out ${token.value}`))
    expect(order).toEqual(['kept refresh-1', 'out access-1'])
  })

  it('refreshes once for twenty who ask at once: a refresh token used twice ends the grant', async () => {
    const { tokens, state } = stage()
    const all = await Promise.all(Array.from({ length: 20 }, (_, i) => tokens.access(i % 2 === 0)))
    expect(new Set(all.map((token) => token.value))).toEqual(new Set(['access-1']))
    expect(state.spent).toEqual(['refresh-0'])
  })

  it('goes on using a token until shortly before its end, or until the EHR refuses it', async () => {
    const { tokens, state } = stage()
    await tokens.access(false)
    state.now += 279_000
    expect((await tokens.access(false)).value).toBe('access-1')
    state.now += 2_000
    expect((await tokens.access(false)).value).toBe('access-2')
    expect((await tokens.access(true)).value).toBe('access-3')
    expect(state.spent).toEqual(['refresh-0', 'refresh-1', 'refresh-2'])
  })

  it('forgets the access token at lock, and hands none out that was on its way; the rotated refresh token is kept all the same', async () => {
    const { tokens, state, kept } = stage()
    let open: () => void = () => undefined
    state.gate = new Promise((resolve) => {
      open = resolve
    })
    const before = tokens.access(false)
    await Promise.resolve()
    tokens.drop()
    open()
    expect(await before.catch(kindOf)).toBe('locked')
    expect(kept.get('user')).toBe('refresh-1')
    expect((await tokens.access(false)).value).toBe('access-2')
    expect(state.spent).toEqual(['refresh-0', 'refresh-1'])
  })

  it('tells a session that is over from an EHR that is not reached', async () => {
    const { tokens, state, kept } = stage()
    state.ehr = new ChartkeepError('offline')
    expect(await tokens.access(false).catch(kindOf)).toBe('offline')
    state.ehr = new ChartkeepError('unauthorized')
    expect(await tokens.access(false).catch(kindOf)).toBe('unauthorized')
    expect(kept.get('user')).toBe('refresh-0')
  })

  it('is unauthorized where there is no refresh token, and never asks the EHR', async () => {
    const { tokens, kept, state } = stage()
    kept.clear()
    expect(await tokens.access(false).catch(kindOf)).toBe('unauthorized')
    expect(state.spent).toEqual([])
  })

  it('goes on from memory while the keychain is locked, never with the spent token that lies there, and keeps the new one when it can', async () => {
    const { tokens, state, kept, logged } = stage()
    state.keychain = new ChartkeepError('keychain-locked')
    expect((await tokens.access(false)).value).toBe('access-1')
    expect(kept.get('user')).toBe('refresh-0')
    expect((await tokens.access(true)).value).toBe('access-2')
    expect(state.spent).toEqual(['refresh-0', 'refresh-1'])
    state.keychain = undefined
    await tokens.access(false)
    expect(kept.get('user')).toBe('refresh-2')
    expect(logged.join()).toContain('keychain-locked')
  })

  it('goes on after a restart from the keychain', async () => {
    const { tokens, make, state } = stage()
    await tokens.access(false)
    expect((await make().access(false)).value).toBe('access-2')
    expect(state.spent).toEqual(['refresh-0', 'refresh-1'])
  })

  it('leaves nothing behind when it is surrendered, also by a refresh that ends later', async () => {
    const { tokens, state, kept } = stage()
    const adopted: TokenGrant = { accessToken: 'a', refreshToken: 'r', expiresAt: state.now + 300_000, scopes: [] }
    await tokens.adopt(adopted)
    let open: () => void = () => undefined
    state.gate = new Promise((resolve) => {
      open = resolve
    })
    const late = tokens.access(true)
    await Promise.resolve()
    expect(await tokens.surrender(Promise.resolve())).toEqual({ access: 'a', refresh: 'r' })
    open()
    expect(await late.catch(kindOf)).toBe('locked')
    expect([...kept.keys()]).toEqual([])
    // Nobody else knows what has come: it would live at the EHR.
    expect(state.givenBack).toEqual([{ access: 'access-1', refresh: 'refresh-1' }])
  })

  it.each(['narrow', 'refused'] as const)('leaves nothing behind by a refresh for nothing either, and it says nothing of the EHR (%s)', async (redeemed) => {
    const { tokens, state, kept } = stage()
    let answer: () => void = () => undefined
    state.gate = new Promise((resolve) => (answer = resolve))
    const asked = tokens.ask(['refresh'], new AbortController().signal)
    await new Promise(setImmediate)
    await tokens.surrender(Promise.resolve())
    if (redeemed === 'refused') state.ehr = new ChartkeepError('unauthorized')
    answer()
    expect(await asked.catch(kindOf)).toBe('locked')
    expect([...kept.keys()]).toEqual([])
    expect(state.givenBack).toEqual(redeemed === 'refused' ? [] : [{ access: undefined, refresh: 'refresh-1' }])
  })

  it('keeps nothing for somebody who was wiped while it was on its way, and gives it back', async () => {
    const { tokens, state, kept } = stage()
    let answer: () => void = () => undefined
    state.gate = new Promise((resolve) => (answer = resolve))
    const asked = tokens.ask(['refresh'], new AbortController().signal)
    await new Promise(setImmediate)
    kept.clear()
    answer()
    expect(await asked.catch(kindOf)).toBe('locked')
    expect([[...kept.keys()], state.givenBack]).toEqual([[], [{ access: undefined, refresh: 'refresh-1' }]])
    expect(await tokens.access(false).catch(kindOf)).toBe('unauthorized')
  })

  it('waits for a refresh on its way, so that the token revoked is the one that lives', async () => {
    const { tokens } = stage()
    const late = tokens.access(true).catch(kindOf)
    expect(await tokens.surrender(forever)).toEqual({ access: undefined, refresh: 'refresh-1' })
    expect(await late).toBe('locked')
  })
})

describe('a token to report with @164.312(b)', () => {
  it('outlives the lock, and is asked for in turn with the session’s own: no refresh token is spent twice', async () => {
    const { tokens, state } = stage()
    const [report, own] = await Promise.all([tokens.reportToken(false), tokens.access(false)])
    expect(new Set([report.value, own.value]).size).toBe(2)
    expect(state.spent).toEqual(['refresh-0', 'refresh-1'])
    tokens.drop()
    expect(await tokens.reportToken(false)).toEqual(report)
    expect(await tokens.reportToken(true)).not.toEqual(report)
    expect(new Set(state.spent).size).toBe(3)
  })

  it.each([[['user/AuditEvent.c', 'user/Patient.rs']], [['user/*.cruds']], [['user/AuditEvent.crs']], [['patient/AuditEvent.c']], [[]], [['openid']]])('is none where the EHR gives %j', async (scopes) => {
    const { tokens, state, kept } = stage()
    state.scopes = scopes
    expect(await tokens.reportToken(false).catch(kindOf)).toBe('forbidden')
    // What was rotated for it is kept all the same: the session goes on.
    expect(kept.get('user')).toBe('refresh-1')
    expect((await tokens.access(false)).value).toBe('access-2')
  })

  it('is one also in the words of SMART v1', async () => {
    const { tokens, state } = stage()
    state.scopes = ['openid', 'user/AuditEvent.write']
    expect((await tokens.reportToken(false)).value).toBe('access-1')
  })
})

describe('whether the EHR stands by a sign-in', () => {
  const never = new AbortController().signal
  const absent = { way: 'introspection', why: 'absent' }

  it('is asked about the refresh token, which is not spent, and no token is had by it', async () => {
    const { tokens, state } = stage()
    state.says = ['active']
    expect(await tokens.ask(askingWays, never)).toEqual({ stands: true, useless: [] })
    expect([state.looked, state.spent]).toEqual([['refresh-0'], []])
  })

  it('is said by a refresh for nothing where it cannot be asked, in turn with the session’s own; what is rotated is kept', async () => {
    const { tokens, state, kept } = stage()
    const [asked] = await Promise.all([tokens.ask(askingWays, never), tokens.access(false)])
    expect(asked).toEqual({ stands: true, useless: [absent] })
    expect(new Set(state.spent)).toEqual(new Set(['refresh-0', 'refresh-1']))
    expect(kept.get('user')).toBe('refresh-2')
    // Not behind a session that refreshes by itself.
    expect(await tokens.ask(['introspection'], never)).toEqual({ stands: false, useless: [absent] })
  })

  it('is not over because a server says so that looks at no refresh tokens: the token endpoint knows', async () => {
    const { tokens, state } = stage()
    state.says = ['inactive']
    expect(await tokens.ask(['introspection'], never)).toEqual({ stands: true, useless: [{ way: 'introspection', why: 'refused' }] })
    state.says = ['inactive']
    state.ehr = new ChartkeepError('unauthorized')
    expect(await tokens.ask(['introspection'], never).catch(kindOf)).toBe('unauthorized')
    // Nor because that one is out of reach.
    state.says = ['inactive']
    state.ehr = new ChartkeepError('offline')
    expect(await tokens.ask(['introspection'], never).catch(kindOf)).toBe('offline')
  })

  it('is asked of the successor where the token was spent meanwhile', async () => {
    const { tokens, state } = stage()
    state.says = ['inactive', 'active']
    state.meanwhile = async () => {
      state.meanwhile = undefined
      await tokens.access(false)
    }
    expect(await tokens.ask(['introspection'], never)).toEqual({ stands: true, useless: [] })
    expect(state.looked).toEqual(['refresh-0', 'refresh-1'])
  })

  it.each([['refused', false], ['wider', true]] as const)('is not asked again by a refresh that is %s', async (redeemed, stands) => {
    const { tokens, state } = stage()
    state.redeemed = redeemed
    expect(await tokens.ask(['refresh'], never)).toEqual({ stands, useless: [{ way: 'refresh', why: redeemed }] })
  })

  it('is not told by another person’s token, and not asked without one', async () => {
    const { tokens, state, kept } = stage()
    state.says = ['another']
    expect(await tokens.ask(askingWays, never).catch(kindOf)).toBe('malformed')
    kept.clear()
    expect(await tokens.ask(askingWays, never)).toMatchObject({ stands: false })
    expect([state.looked, state.spent]).toEqual([['refresh-0'], []])
  })

  it('that is asked for the sign-in before does not take the place of the new one', async () => {
    const { tokens, state, kept } = stage()
    let answer: () => void = () => undefined
    state.gate = new Promise((resolve) => (answer = resolve))
    const asked = tokens.ask(['refresh'], never)
    await new Promise(setImmediate)
    await tokens.adopt({ accessToken: 'a', refreshToken: 'of the new sign-in', expiresAt: state.now + 300_000, scopes: [] })
    answer()
    await asked
    expect(kept.get('user')).toBe('of the new sign-in')
  })
})
