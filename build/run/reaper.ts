import { setTimeout as delay } from 'node:timers/promises'
import { sweep } from './marks.ts'

/**
 * Waits for the end of the command that started it, which it hears by its input closing, however that came; then, after the time that a
 * process gets to end by itself, kills what still bears the command's mark. `node reaper.ts MARK`
 */
const [, , mark] = process.argv
const graceMs = 3_000

process.stdin.resume()
process.stdin.once('close', () => {
  void delay(graceMs)
    .then(() => (mark === undefined ? undefined : sweep(mark)))
    .then(() => process.exit(0))
})
// A terminal's Ctrl-C, or a signal to all of ours, is not the end of the command.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
