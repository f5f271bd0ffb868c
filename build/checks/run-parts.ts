import { mkdir, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
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

/** Runs one part to its end and says what it came to. */
async function runPart(part: Part, scene: Scene): Promise<Tally> {
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
  const code = await ended(child)
  const tally = part.count.by === 'exit code' ? gateTally(code) : settle(await readReport(part), code)
  if (tally.failed > 0 && words !== '') process.stdout.write(`\n${words.trimEnd()}\n`)
  tell(part, tally, (performance.now() - started) / 1000)
  return tally
}

/** Runs parts, at most `width` at a time, all of them whatever fails. */
export async function runParts(parts: readonly Part[], scene: Scene, width: number): Promise<Tally> {
  const waiting = [...parts]
  const tallies: Tally[] = []
  const lane = async (): Promise<void> => {
    for (let part = waiting.shift(); part !== undefined && !scene.stopping.aborted; part = waiting.shift()) {
      tallies.push(await runPart(part, scene))
    }
  }
  await Promise.all(Array.from({ length: width }, lane))
  return sumOf(tallies)
}
