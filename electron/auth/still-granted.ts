import { ChartkeepError } from '../../shared/errors.ts'
import type { Introspected } from './introspection.ts'
import type { Redeemed } from './redeem-for-nothing.ts'

/** How the EHR can be asked whether it stands by a sign-in, without a token with which anything could be read. */
export const askingWays = ['introspection', 'refresh'] as const
export type AskingWay = (typeof askingWays)[number]
/** Why it is not asked that way again. `absent`: there is no such thing; `refused`: not for us; `wider`: it gives a token that can do more than was asked. */
export const uselessness = ['absent', 'refused', 'wider'] as const

export interface Asked {
  /** The EHR said that it stands by it. False: it said nothing, for want of a way to ask. */
  readonly stands: boolean
  readonly useless: readonly { readonly way: AskingWay; readonly why: (typeof uselessness)[number] }[]
}

export const nothingToAskAbout: Asked = { stands: false, useless: [{ way: 'introspection', why: 'absent' }, { way: 'refresh', why: 'absent' }] }

export interface AskingParts {
  readonly ways: readonly AskingWay[]
  /** Undefined where the EHR has no such endpoint. */
  introspect(): Promise<Introspected | undefined>
  /** Rejects `unauthorized` when the grant is over. */
  redeem(): Promise<Redeemed>
}

/**
 * Asks the EHR whether it stands by a sign-in. Rejects `unauthorized` where it does not any more, and else with what kept it from being told.
 *
 * A server that does not introspect refresh tokens may say of each that it is not active (RFC 7662 §2.2): who would take its word would lock everybody
 * out. So the token endpoint is asked too, which cannot be wrong about that.
 */
export async function askWhetherGranted({ ways, introspect, redeem }: AskingParts): Promise<Asked> {
  const useless: Asked['useless'][number][] = []
  if (ways.includes('introspection')) {
    const said = await introspect()
    if (said === 'active') return { stands: true, useless }
    if (said === 'another') throw new ChartkeepError('malformed')
    useless.push({ way: 'introspection', why: said === undefined ? 'absent' : 'refused' })
    if (said === 'inactive') return afterRedeeming(await redeem(), useless)
  }
  return ways.includes('refresh') ? afterRedeeming(await redeem(), useless) : { stands: false, useless }
}

function afterRedeeming(redeemed: Redeemed, useless: readonly Asked['useless'][number][]): Asked {
  const isUseless = redeemed !== 'narrow'
  return { stands: redeemed !== 'refused', useless: isUseless ? [...useless, { way: 'refresh', why: redeemed }] : useless }
}
