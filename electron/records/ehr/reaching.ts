import { networkFailure } from '../../transport/index.ts'

/** Tells when the EHR could not be reached: by us, or by `main`, which asks it for the token first. Rejects with what kind of failure it was. */
export async function reaching<T>(work: Promise<T>, reached: (is: false) => void): Promise<T> {
  try {
    return await work
  } catch (error) {
    const failure = networkFailure(error)
    if (failure.kind === 'offline' || failure.kind === 'timeout' || failure.kind === 'untrusted-certificate') reached(false)
    throw failure
  }
}
