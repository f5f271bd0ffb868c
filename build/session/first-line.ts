import type { ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import { SetupFailure } from '../setup/step.ts'

/** The first line a daemon writes, which is how it says that it is ready. Rejects, with what it said instead, if it ends before. */
export function firstLine(name: string, child: ChildProcess, stream: Readable | null): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    let complaint = ''
    child.stderr?.setEncoding('utf8').on('data', (more: string) => {
      complaint = (complaint + more).slice(-2_000)
    })
    const fail = (): void =>
      reject(
        new SetupFailure(
          `${name} did not start:\n${complaint.trim() || '(it said nothing)'}`,
          'It is part of what stands in for a desktop here. See whether it starts by hand, then run the same command again.',
        ),
      )
    child.once('error', fail)
    child.once('close', fail)
    stream?.setEncoding('utf8').on('data', (more: string) => {
      text += more
      const end = text.indexOf('\n')
      if (end >= 0) resolve(text.slice(0, end).trim())
    })
  })
}
