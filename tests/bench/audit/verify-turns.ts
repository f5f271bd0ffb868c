import { createHash, hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { verifyChain } from '../../../electron/audit/verify/verify.ts'

// Verifies a chain and takes the floors, turn by turn, in a process that does nothing else, as the command is one. Prints the milliseconds of each turn.
const [folder = '', key = '', count = '11'] = process.argv.slice(2)
const files = (await readdir(folder)).map((name) => join(folder, name))

const works = {
  async whole() {
    const all = createHash('sha256')
    for (const file of files) for await (const piece of createReadStream(file, { highWaterMark: 1_048_576 })) all.update(piece)
    all.digest()
  },
  /** What any verifier of single entries does at least: one hash for each, over its bytes as they lie there. */
  async entryByEntry() {
    for (const file of files) {
      const bytes = await readFile(file)
      let start = 0
      for (let end = bytes.indexOf(0x0a); end !== -1; end = bytes.indexOf(0x0a, start)) {
        hash('sha256', bytes.subarray(start + 65, end), 'hex')
        start = end + 1
      }
    }
  },
  alone: () => verify(1),
  together: () => verify(2),
}

async function verify(threads: number): Promise<void> {
  const { holds } = await verifyChain(folder, { key, threads })
  if (!holds) throw new Error('what was measured does not hold')
}

const turns: Record<string, number>[] = []
for (let turn = 0; turn < Number(count); turn += 1) {
  const times: Record<string, number> = {}
  for (const [name, work] of Object.entries(works)) {
    const began = performance.now()
    await work()
    times[name] = performance.now() - began
  }
  turns.push(times)
}
process.stdout.write(JSON.stringify(turns))
