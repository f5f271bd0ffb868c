import { writeSync } from 'node:fs'
import { workerData } from 'node:worker_threads'

// Ends the process it is a thread of, so many microseconds after the other thread begins what is to be cut short: nobody outside could hit a write of a
// millisecond so well.
const { signal, micros } = workerData as { readonly signal: Int32Array; readonly micros: number }
const now = () => Number(process.hrtime.bigint() / 1_000n)
Atomics.wait(signal, 0, 0)
for (const until = now() + micros; now() < until; );
writeSync(1, `killed ${now() / 1_000}\n`)
process.kill(process.pid, 'SIGKILL')
