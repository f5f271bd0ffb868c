import { rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { sweep } from './marks.ts'

/**
 * Waits for the end of the command that started it, which it hears by its input closing, however that came; then, after the time that a
 * process gets to end by itself, kills what still bears the command's mark and removes its temporary folders, which were named on the input,
 * one a line. `node reaper.ts MARK`
 */
const [, , mark = ''] = process.argv
const graceMs = 3_000
const folders: string[] = []

// A terminal's Ctrl-C, or a signal to all of ours, is not the end of the command.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

for await (const line of createInterface(process.stdin)) folders.push(line)
await delay(graceMs)
await sweep(mark)
for (const folder of folders) await rm(folder, { recursive: true, force: true })
process.exit(0)
