import { z } from 'zod'
import { ChartkeepError, kindOf, type FailureKind } from '../../../shared/errors.ts'
import { parsedJson } from '../../../shared/parsed-json.ts'
import type { Transport } from '../../transport/index.ts'
import { type DeviceProof, shareUrl } from '../protocol.ts'

/** The EHR's part of the key to what is kept here: released after a full sign-in, to this person at this workstation. */
export interface Share {
  /**
   * A copy, for the caller to zero; undefined where this EHR holds none. Rejects `unauthorized` where nobody has just signed in fully, `forbidden`
   * where the EHR does not release it, and what a network does.
   */
  get(): Promise<Buffer | undefined>
  /** What has come already, as a copy; nothing is asked. */
  inHand(): Buffer | undefined
  /** Zeroes it. */
  forget(): void
}

export interface ShareParts {
  readonly transport: Pick<Transport, 'request'>
  readonly fhirBase: string
  /** The access token; it has to come from the sign-in itself, not from a refresh. */
  token(): Promise<string>
  /** A proof of the workstation's key, made by `main` for this one request; undefined where the keychain has no such key. */
  proof(): Promise<DeviceProof | undefined>
  /** Told why it did not come. */
  readonly trouble: (failure: FailureKind) => void
}

const ShareAnswer = z.object({ share: z.string().regex(/^[A-Za-z0-9_-]{43}$/) })

/** An EHR that holds no shares says one of these. */
const absent: readonly number[] = [404, 405, 501]
const patienceMs = 10_000

/** Asks at once where somebody `hasJustSignedIn`: the token of the sign-in does not last, and the next one comes from a refresh. */
export function createShare(parts: ShareParts, hasJustSignedIn: boolean): Share {
  let held: Buffer | undefined
  let asking = hasJustSignedIn ? ask() : undefined
  asking?.catch(() => undefined)

  async function ask(): Promise<Buffer | undefined> {
    try {
      const [token, proof] = await Promise.all([parts.token(), parts.proof()])
      if (proof === undefined) return undefined
      const { status, body } = await parts.transport.request({
        method: 'POST',
        repeat: 'never',
        url: shareUrl(parts.fhirBase),
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ deviceId: proof.deviceId, publicKeyJwk: proof.publicJwk, proof: proof.proof }),
        withinMs: patienceMs,
      })
      if (absent.includes(status)) return undefined
      if (status !== 200) throw new ChartkeepError(kindOfStatus(status))
      const answer = ShareAnswer.safeParse(parsedJson(body.toString('utf8')))
      if (!answer.success) throw new ChartkeepError('malformed')
      held = Buffer.from(answer.data.share, 'base64url')
      return held
    } catch (error) {
      parts.trouble(kindOf(error))
      throw error
    }
  }

  const copy = (share: Buffer | undefined) => (share === undefined ? undefined : Buffer.from(share))

  return {
    async get() {
      if (!hasJustSignedIn) throw new ChartkeepError('unauthorized')
      // What failed is asked again; what came is not.
      asking = asking?.catch(ask) ?? ask()
      asking.catch(() => undefined)
      return copy(await asking)
    },
    inHand: () => copy(held),
    forget() {
      held?.fill(0)
      held = undefined
      asking = undefined
    },
  }
}

function kindOfStatus(status: number): FailureKind {
  if (status === 401) return 'unauthorized'
  if (status === 429) return 'throttled'
  return status < 500 ? 'forbidden' : 'server'
}
