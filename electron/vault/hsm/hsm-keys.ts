import { createHash } from 'node:crypto'
import { ChartkeepError, kindOf } from '../../../shared/errors.ts'
import { inTurn } from '../../in-turn.ts'
import type { Keychain } from '../keychain.ts'
import type { WrappingKeys } from '../wrapping-keys.ts'
import { type Errand, type HsmSettings, type Job, JobOutcome, type TokenName } from './job.ts'

/** A process that does one job. */
export interface HiredProcess {
  /** What it answers. Rejects if it ends without. */
  readonly answer: Promise<unknown>
  /** Kills it, and resolves when it is reaped. */
  end(): Promise<void>
}
export type Hire = (job: Job) => HiredProcess

export interface HsmKeysParts {
  readonly settings: HsmSettings
  readonly hire: Hire
  /** Holds the token's PIN, where IT put it, and the mark of one that was refused. */
  readonly keychain: Keychain
  /** What the token may take for one errand. Milliseconds. */
  readonly patience: number
}

/** Where IT puts the token's PIN. */
export const hsmPinAccount = 'hsm-pin'
/** The mark of one that a token refused. */
export const refusedPinAccount = 'hsm-pin-refused'

/**
 * AES keys in a PKCS#11 token, which they never leave. Each errand has a process of its own, which is killed when it has answered, or has not in time: a
 * vendor's module may crash or hang that one and no other, and neither a session with the token nor its PIN outlives the errand.
 */
export function hsmKeys({ settings, hire, keychain, patience }: HsmKeysParts): WrappingKeys {
  const turn = inTurn()

  /** One at a time: not every module bears two processes, and two wrong PINs at once would be two tries. */
  function ask(errand: Errand): Promise<Uint8Array | boolean | undefined> {
    return turn(() =>
      askNow(errand).catch((error: unknown) => {
        // So grave a word is heard twice: a token that is just being pulled out may say it too.
        if (kindOf(error) !== 'hsm-key-missing') throw error
        return askNow(errand)
      }),
    )
  }

  async function askNow(errand: Errand): Promise<Uint8Array | boolean | undefined> {
    const stored = await keychain.get(hsmPinAccount)
    const pin = { value: stored === undefined ? undefined : new TextEncoder().encode(stored), refused: await keychain.get(refusedPinAccount) }
    const outcome = await outcomeOf({ settings, pin, errand })
    if (outcome.ok) return outcome.value
    if (outcome.refusedPin !== undefined) await keychain.set(refusedPinAccount, outcome.refusedPin)
    throw new ChartkeepError(outcome.failure)
  }

  async function outcomeOf(job: Job): Promise<JobOutcome> {
    const hired = hire(job)
    // It went with the message; here it is not needed any more.
    job.pin.value?.fill(0)
    let timer: NodeJS.Timeout | undefined
    const tooLate = new Promise<JobOutcome>((resolve) => {
      timer = setTimeout(() => resolve({ ok: false, failure: 'hsm-silent' }), patience)
    })
    const answered = hired.answer.then(
      (answer) => JobOutcome.safeParse(answer).data ?? died,
      () => died,
    )
    try {
      return await Promise.race([answered, tooLate])
    } finally {
      clearTimeout(timer)
      await hired.end()
    }
  }

  async function bytes(errand: Errand): Promise<Buffer> {
    const value = await ask(errand)
    if (!(value instanceof Uint8Array)) throw new ChartkeepError('hsm-driver')
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  }

  return {
    token: markOf(settings.token),
    exists: async (part) => (await ask({ what: 'has', part })) === true,
    make: async (part) => void (await ask({ what: 'make', part })),
    // Copies: a small Buffer lies in a pool, all of which would cross with it.
    wrap: (part, plain) => bytes({ what: 'wrap', part, bytes: new Uint8Array(plain) }),
    unwrap: (part, wrapped) => bytes({ what: 'unwrap', part, bytes: new Uint8Array(wrapped) }),
    destroy: async (part) => void (await ask({ what: 'destroy', part })),
  }
}

/** By its name alone: the module may come to lie elsewhere, and to ask the token itself would be an errand more at each unlock. */
function markOf({ label, serial }: TokenName): string {
  return createHash('sha256').update(JSON.stringify(['chartkeep/token', label ?? null, serial ?? null])).digest().subarray(0, 16).toString('base64url')
}

const died: JobOutcome = { ok: false, failure: 'hsm-driver' }
