/** A step that failed in a way the person at the keyboard can do something about. `advice` is what to do. */
export class SetupFailure extends Error {
  override name = 'SetupFailure'
  readonly advice: string

  constructor(message: string, advice: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause })
    this.advice = advice
  }
}

export interface Progress {
  /** Replaces the step's line on a terminal; in a log, where nothing can be replaced, it is dropped. */
  update(text: string): void
}

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`

/**
 * Runs one named step of the set-up, telling its name, its progress and its time. A step that had nothing to do says nothing
 * (its work returns `'kept'`).
 */
export async function step<T>(
  name: string,
  work: (progress: Progress) => Promise<T>,
  out: NodeJS.WriteStream = process.stdout,
): Promise<T> {
  const started = performance.now()
  const isLive = out.isTTY && process.env['CI'] === undefined
  let told = false
  const line = (text: string): void => {
    out.write(isLive ? `\r\u001b[2K${text}` : `${text}\n`)
  }
  const progress: Progress = {
    update(text) {
      if (isLive || !told) line(`· ${name}: ${text}`)
      told = true
    },
  }
  try {
    const result = await work(progress)
    if (told) line(`✓ ${name} (${seconds(started)})${isLive ? '\n' : ''}`)
    return result
  } catch (error) {
    if (told && isLive) out.write('\n')
    throw error
  }
}

/** Says what went wrong and what to do, for the end of a command. Anything but a `SetupFailure` is a defect of ours and keeps its stack. */
export function explainFailure(error: unknown): string {
  if (error instanceof SetupFailure) return `✗ ${error.message}\n  ${error.advice.replaceAll('\n', '\n  ')}`
  return `✗ ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
}
