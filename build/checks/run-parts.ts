import type { ChildProcess } from 'node:child_process'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ended } from '../run/child.ts'
import type { Scene } from '../run/command.ts'
import { environmentOf } from './parts.ts'
import type { Part } from './parts.ts'
import { gateTally, settle, sumOf } from './tally.ts'
import type { Tally } from './tally.ts'

async function readReport(part: Part): Promise<Tally | undefined> {
  if (part.count.by === 'exit code') return undefined
  try {
    return part.count.read(JSON.parse(await readFile(part.count.file, 'utf8')))
  } catch {
    // No report, or half of one: the runner did not come to its end.
    return undefined
  }
}

function tell(part: Part, tally: Tally, seconds: number): void {
  const skipped = tally.skipped > 0 ? `, ${tally.skipped} skipped` : ''
  const verdict = tally.failed > 0 ? '✗' : '✓'
  console.log(`${verdict} ${part.name.padEnd(18)} ${tally.passed} passed, ${tally.failed} failed${skipped} (${seconds.toFixed(1)} s)`)
}

/** How long is waited for what does not end. */
export interface Patience {
  /** Resolves after so many minutes; gives up waiting when told so. */
  over(minutes: number, signal: AbortSignal): Promise<unknown>
  /** What a runner gets to write down what it came to so far. Milliseconds. */
  readonly lastWordsMs: number
}

const patience: Patience = { over: (minutes, signal) => delay(minutes * 60_000, undefined, { signal }), lastWordsMs: 30_000 }

/** The part's exit code. One that hangs is ended: asked as by a person's Ctrl-C, its runner says which tests it was at. */
async function endOf({ name, limitMinutes }: Part, child: ChildProcess, { family }: Scene, { over, lastWordsMs }: Patience): Promise<number> {
  const end = ended(child)
  if (limitMinutes === undefined) return end
  const enough = new AbortController()
  const code = await Promise.race([end, over(limitMinutes, enough.signal).then(() => undefined)])
  enough.abort()
  if (code !== undefined) return code
  console.error(`✗ ${name}: not at its end after ${limitMinutes} minutes, so it is ended. Where it hangs, its last lines say.`)
  await family.stop(child, { by: 'SIGINT', graceMs: lastWordsMs })
  return 1
}

/** Runs one part to its end and says what it came to. */
async function runPart(part: Part, scene: Scene, waits: Patience): Promise<Tally> {
  const started = performance.now()
  if (part.needsApp === true && !scene.isBuilt) {
    // What stood there before would be another application than the sources say.
    const tally = gateTally(1)
    tell(part, tally, 0)
    return tally
  }
  if (part.count.by === 'report') {
    await mkdir(dirname(part.count.file), { recursive: true })
    await rm(part.count.file, { force: true })
  }
  const env = await environmentOf(part, scene)
  const child = scene.family.start(process.execPath, part.args, {
    cwd: scene.root,
    env,
    stdio: part.aloud ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
  })
  let words = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      words += text
    })
  }
  const code = await endOf(part, child, scene, waits)
  const tally = part.count.by === 'exit code' ? gateTally(code) : settle(await readReport(part), code)
  if (tally.failed > 0 && words !== '') process.stdout.write(`\n${words.trimEnd()}\n`)
  tell(part, tally, (performance.now() - started) / 1000)
  return tally
}

/** Runs parts, at most `width` at a time, all of them whatever fails. */
export async function runParts(parts: readonly Part[], scene: Scene, width: number, waits: Patience = patience): Promise<Tally> {
  const waiting = [...parts]
  const tallies: Tally[] = []
  const lane = async (): Promise<void> => {
    for (let part = waiting.shift(); part !== undefined && !scene.stopping.aborted; part = waiting.shift()) {
      tallies.push(await runPart(part, scene, waits))
    }
  }
  await Promise.all(Array.from({ length: width }, lane))
  return sumOf(tallies)
}
