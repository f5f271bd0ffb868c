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
  // A write takes about a millisecond, most of it in the commit.
  const fatal = { anywhere: '', opening: '', writing: `write ${uniformInt(rng, 1, 25)}`, closing: 'closing 1' }[aim]
  const micros = uniformInt(rng, 0, 4_000)
  const child = spawn(process.execPath, [typist, folder, String(seed), String(firstOrder), fatal, String(micros)], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  let killedAt = 0
  const kill = () => {
    child.kill('SIGKILL')
    killedAt = now()
  }

  // The files are open 200 ms after it says that it opens them.
  const openingFor = uniformInt(rng, 60, 300)
  const openFor = uniformInt(rng, 100, 1_200)
  if (aim === 'anywhere') setTimeout(kill, uniformInt(rng, 0, 2_500))
  function hear([word, at]: readonly string[]): void {
    if (word === 'opening' && aim === 'opening') setTimeout(kill, openingFor)
    if (word === 'open' && aim === 'closing') setTimeout(() => child.connected && child.send('close'), openFor)
    if (word === 'killed') killedAt = Number(at)
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
