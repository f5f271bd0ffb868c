import { explainFailure } from '../setup/step.ts'
import { prepare, wasHandedOver } from '../setup/prepare.ts'
import type { Needs, Prepared } from '../setup/prepare.ts'
import { openDesktop } from '../session/desktop.ts'
import type { Desktop } from '../session/desktop.ts'
import { createFamily } from './family.ts'
import type { Family } from './family.ts'
import { onParentGone } from './parent.ts'

export interface Scene extends Prepared {
  readonly family: Family
  /** Aborted when the command is asked to stop. */
  readonly stopping: AbortSignal
  /** Opens the desktop that windows and secrets need; the second call gives the first one's. */
  desktop(): Promise<Desktop>
}

const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

/** Resolves with an exit code when this process is told to stop, or when the one that started it is gone without a word. */
function toldToStop(): Promise<number> {
  return new Promise((resolve) => {
    for (const [signal, code] of Object.entries(signals)) process.on(signal, () => resolve(code))
    onParentGone(() => resolve(signals.SIGHUP))
  })
}

/**
 * The frame of every command: prepares the machine, does the work, and leaves nothing running, whatever ends it. Sets the exit code.
 *
 * @param work gives the exit code
 * @param plan.needs what to prepare; everything, if it does not say
 * @param plan.after runs as the person, with the results in their checkout
 * @param plan.onFailure has the last word where the command could not be carried out at all
 */
export async function command(
  work: (scene: Scene) => Promise<number>,
  plan: { readonly needs?: Needs; readonly after?: () => Promise<void>; readonly onFailure?: () => void } = {},
): Promise<void> {
  try {
    const isHandedOver = wasHandedOver()
    const prepared = await prepare(plan.needs)
    const code = typeof prepared === 'number' ? prepared : await inScene(prepared, work)
    if (!isHandedOver) await plan.after?.()
    process.exit(code)
  } catch (error) {
    process.stderr.write(`${explainFailure(error)}\n`)
    plan.onFailure?.()
    process.exit(1)
  }
}

async function inScene(prepared: Prepared, work: (scene: Scene) => Promise<number>): Promise<number> {
  const family = createFamily()
  const stopping = new AbortController()
  let opened: Promise<Desktop> | undefined
  const scene: Scene = {
    ...prepared,
    family,
    stopping: stopping.signal,
    desktop: () => (opened ??= openDesktop(family)),
  }
  const stop = toldToStop()
  try {
    return await Promise.race([work(scene), stop])
  } finally {
    stopping.abort()
    await family.end()
    await opened?.then((desktop) => desktop.close()).catch(() => {})
  }
}
