import { readFileSync } from 'node:fs'
import { damaged, replaceCache, surveyCache } from './damage.ts'

// Damages a cache, trial after trial, and says what became of its rows, a line for each. In a process of its own: some damage ends the
// driver and with it the process, as it would end `records`; whoever starts this again for the same trial finds the cache as it was left.
const [file = '', folder = '', dek = '', count = '0', seed = '0', from = '0', to = '0', isAgain = ''] = process.argv.slice(2)
const good = readFileSync(file)
const cache = { folder, dek: Buffer.from(dek, 'hex') }
for (let trial = Number(from); trial < Number(to); trial += 1) {
  if (trial !== Number(from) || isAgain === '') replaceCache(cache, damaged(good, Number(seed), trial))
  process.stdout.write(`${JSON.stringify({ trial, ...surveyCache(cache, Number(count)) })}\n`)
}
