import { spawn } from 'node:child_process'
import type { ChildProcess, SpawnOptions } from 'node:child_process'
import { constants } from 'node:os'

/** How a child ended, as a shell would say it: 128 + the signal's number where a signal ended it, 127 where it never started. */
function exitCodeOf(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal])
}

export interface Captured {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Waits for the end of a child. Never rejects: a child that could not start ends with 127. */
export function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(127))
    child.once('close', (code, signal) => resolve(exitCodeOf(code, signal)))
  })
}

/**
 * Runs a command to its end and returns what it wrote.
 *
 * @param options.onText told of every piece of output as it comes
 */
export async function capture(
  command: string,
  args: readonly string[],
  options: SpawnOptions & { readonly onText?: (text: string) => void; readonly input?: string } = {},
): Promise<Captured> {
  const { onText, input, ...rest } = options
  const child = spawn(command, [...args], { ...rest, stdio: ['pipe', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    onText?.(text)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    onText?.(text)
  })
  // A child that ends without reading its input breaks the pipe; its exit code tells the rest.
  child.stdin.on('error', () => {})
  child.stdin.end(input ?? '')
  const code = await ended(child)
  return { code, stdout, stderr }
}
