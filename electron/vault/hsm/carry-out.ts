import { assertNever } from '../../../shared/assert-never.ts'
import { ChartkeepError, type FailureKind } from '../../../shared/errors.ts'
import { CryptokiError, openCryptoki, rv } from './cryptoki.ts'
import type { Job, JobOutcome } from './job.ts'
import { logIn, PinRefused } from './log-in.ts'
import { functions, loadModule, NotAModule } from './native.ts'
import { isGone, openToken } from './token.ts'

/** Loads the module, opens the token, does what was asked. May never return, and may take its process with it: that is what the process is for. */
export function carryOut({ settings, pin, errand }: Job): JobOutcome {
  try {
    const cryptoki = openCryptoki(loadModule(settings.module, functions))
    const token = openToken(cryptoki, settings.token, settings.keys, (session, info) => logIn(cryptoki, session, info, pin))
    switch (errand.what) {
      case 'has':
        return { ok: true, value: token.has(errand.part) }
      case 'make':
      case 'destroy':
        token[errand.what](errand.part)
        return { ok: true, value: undefined }
      case 'wrap':
      case 'unwrap':
        return { ok: true, value: alone(token[errand.what](errand.part, errand.bytes)) }
      default:
        return assertNever(errand)
    }
  } catch (error) {
    return { ok: false, failure: hsmFailure(error), ...(error instanceof PinRefused ? { refusedPin: error.mark } : {}) }
  } finally {
    pin.value?.fill(0)
  }
}

/** In memory of its own: a small Buffer lies in a pool, all of which crosses with it. */
function alone(bytes: Buffer): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes)
  bytes.fill(0)
  return copy
}

const pinUseless: readonly number[] = [rv.pinLocked, rv.pinExpired, rv.userPinNotInitialized]
/** The module says that it works, and that it does not do what we need. */
const unfit: readonly number[] = [
  rv.functionNotSupported,
  rv.functionRejected,
  rv.attributeReadOnly,
  rv.attributeTypeInvalid,
  rv.attributeValueInvalid,
  rv.keyFunctionNotPermitted,
  rv.mechanismInvalid,
  rv.mechanismParameterInvalid,
  rv.templateIncomplete,
  rv.templateInconsistent,
  rv.tokenWriteProtected,
]

/** A failure on the way to a key in the token, as a kind of ours. What nobody foresaw counts as a module that does not work. */
export function hsmFailure(error: unknown): FailureKind {
  if (error instanceof ChartkeepError) return error.kind
  if (error instanceof PinRefused) return 'hsm-pin-wrong'
  if (error instanceof NotAModule || !(error instanceof CryptokiError)) return 'hsm-driver'
  if (pinUseless.includes(error.code)) return 'hsm-pin-locked'
  if (isGone(error.code)) return 'hsm-absent'
  return unfit.includes(error.code) ? 'hsm-unfit' : 'hsm-driver'
}
