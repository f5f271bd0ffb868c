import type { Clock } from '../../../shared/clock.ts'
import { ChartkeepError, kindOf } from '../../../shared/errors.ts'
import type { ShipPolicy } from '../../../shared/policy.ts'
import type { Place } from './place.ts'
import { readS3Key, type S3Keychain } from './s3-key.ts'

export interface S3Parts {
  readonly settings: NonNullable<ShipPolicy['s3']>
  readonly device: string
  readonly keychain: Pick<S3Keychain, 'get'>
  /** The authorities that the policy names, if any. */
  readonly caPem: string | undefined
  proxyFor(url: string): Promise<string | undefined>
  readonly clock: Clock
}

/** An object is paid for by the piece: what is not urgent waits for more. Milliseconds. */
const companyMs = 60_000

/**
 * The bucket that the policy names. The vendor's library is loaded, and the key read from the keychain, when there is something to
 * deliver; a key that was refused is read again the next time: another may have been put there.
 */
export function s3ByPolicy({ settings, device, keychain, caPem, proxyFor, clock }: S3Parts): Place {
  const { endpoint, bucket } = settings
  let opened: Promise<Pick<Place, 'deliver'> & { close(): Promise<void> }> | undefined

  async function open() {
    const credentials = await readS3Key(keychain)
    if (!credentials) throw new ChartkeepError('forbidden')
    const [{ deliverTo }, { createTransport }, proxy] = await Promise.all([import('./s3-place.ts'), import('../../transport/index.ts'), proxyFor(endpoint)])
    const transport = createTransport({ origins: [new URL(endpoint).origin], caPem, pins: [], proxy, limits: { maxBytes: 8_388_608 } })
    return { deliver: deliverTo({ ...settings, device, transport, credentials, clock }), close: () => transport.close() }
  }

  function forget(): void {
    const leaving = opened
    opened = undefined
    leaving?.then((it) => it.close()).catch(() => undefined)
  }

  return {
    name: 's3',
    target: `${endpoint}/${bucket}/${device}`,
    atOnce: { lines: 5_000, bytes: 2_097_152 },
    companyMs,
    async deliver(lines, signal) {
      try {
        opened ??= open()
        const delivery = await (await opened).deliver(lines, signal)
        if (delivery.failure === 'forbidden') forget()
        return delivery
      } catch (error) {
        forget()
        return { taken: 0, failure: kindOf(error) }
      }
    },
  }
}
