import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

const typist = join(import.meta.dirname, 'typist.ts')

/** What was aimed at: any moment, the opening of the files, one write of a draft or of a change, the closing of the files. */
export const aims = ['anywhere', 'opening', 'writing', 'closing'] as const
export type Aim = (typeof aims)[number]

/** One life, as far as it was told before it was ended. */
export interface Life {
  readonly aim: Aim
  /** All that it said, whole lines alone. */
  readonly said: readonly (readonly string[])[]
  /** By the clock that it tells its strokes by, ms; after it nothing more was typed. */
  readonly killedAt: number
}

const now = () => Number(process.hrtime.bigint() / 1_000n) / 1_000

/** Lives until it is killed: when, follows from the seed, to a few milliseconds. */
export async function liveAndDie(folder: string, seed: number, firstOrder: number): Promise<Life> {
  const rng = xoroshiro128plus(seed)
  const aim = aims[uniformInt(rng, 0, aims.length - 1)] ?? 'anywhere'
  const child = spawn(process.execPath, [typist, folder, String(seed), String(firstOrder)], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  let killedAt = 0
  const kill = () => {
    if (killedAt > 0) return
    child.kill('SIGKILL')
    killedAt = now()
  }
  const killIn = (ms: number) => (ms === 0 ? kill() : setTimeout(kill, ms))

  // Of a start that takes 400 ms, the files are open 200 ms after it says that it opens them, and a write takes 1 to 10 ms.
  const writesBefore = uniformInt(rng, 1, 25)
  const closeAfter = uniformInt(rng, 100, 1_200)
  const delay = { anywhere: uniformInt(rng, 0, 2_500), opening: uniformInt(rng, 60, 300), writing: Math.max(0, uniformInt(rng, -4, 8)), closing: Math.max(0, uniformInt(rng, -2, 10)) }[aim]
  if (aim === 'anywhere') killIn(delay)
  let writes = 0
  function hear([word, , , how]: readonly string[]): void {
    if (word === 'opening' && aim === 'opening') killIn(delay)
    if (word === 'open' && aim === 'closing') setTimeout(() => child.connected && child.send('close'), closeAfter)
    if (word === 'closing' && aim === 'closing') killIn(delay)
    if (word === 'saving' || how === 'begins') writes += 1
    if (aim === 'writing' && writes === writesBefore) killIn(delay)
  }

  let text = ''
  const said: (readonly string[])[] = []
  child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
    const lines = (text + piece).split('\n')
    text = lines.pop() ?? ''
    for (const line of lines.map((each) => each.split(' '))) {
      said.push(line)
      hear(line)
    }
  })
  const [code] = await once(child, 'close')
  if (code !== null && code !== 0) throw new Error(`seed ${seed}: it ended by itself with ${code}`)
  return { aim, said, killedAt: killedAt || now() }
}
