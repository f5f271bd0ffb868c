import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { scanProcess } from '../security/memory/scan.ts'

const places = 40

/** Holds a quarter of a gigabyte that it has never written to, but for a few words, each across the border of a page and of a megabyte. */
const holder = `
  const { createHash } = require('node:crypto')
  const lake = Buffer.allocUnsafeSlow(256 * 1024 * 1024)
  for (let each = 0; each < ${places}; each += 1) createHash('sha256').update(process.argv[1] + each).digest().copy(lake, (each + 1) * 1024 * 1024 - 32 + (each % 33))
  setInterval(() => lake.length, 60_000)
  process.stdout.write('held')
`

let child: ChildProcess | undefined
afterEach(() => child?.kill('SIGKILL'))

describe.runIf(process.platform === 'linux')('the look into the memory of a process', () => {
  it('finds every word that it holds, and reads nothing of what it never wrote to', async () => {
    const seed = randomBytes(8).toString('hex')
    const held = spawn(process.execPath, ['-e', holder, seed], { stdio: ['ignore', 'pipe', 'inherit'] })
    child = held
    await once(held.stdout, 'data')
    const needles = Array.from({ length: places }, (_, each) => ({ name: String(each), bytes: createHash('sha256').update(`${seed}${each}`).digest() }))
    const absent = { name: 'absent', bytes: randomBytes(32) }
    const { hits, scanned } = scanProcess(held.pid ?? 0, [...needles, absent])
    expect(Object.keys(hits).sort()).toEqual(needles.map(({ name }) => name).sort())
    expect(scanned).toBeLessThan(200 * 1024 * 1024)
  })

  it('says so where there is no such process to look at any more', async () => {
    const gone = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' })
    await once(gone, 'exit')
    expect(scanProcess(gone.pid ?? 0, [{ name: 'any', bytes: randomBytes(32) }])).toMatchObject({ scanned: 0, hits: {} })
  })
})
