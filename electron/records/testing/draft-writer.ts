import { createKeyring } from '../keys/keyring.ts'
import { purposes } from '../keys/purposes.ts'
import { openDatabase } from '../cache/database.ts'
import { sealedRows } from '../cache/sealed-rows.ts'
import { createDrafts } from '../work/drafts.ts'

// Writes drafts until it is killed, and says the number of each one that was answered as saved.
const [folder = '', dek = '', from = '0'] = process.argv.slice(2)
const keyring = createKeyring(Buffer.from(dek, 'hex'), new Set(purposes))
const { database } = openDatabase(folder, 'work', keyring, 'full')
const rows = sealedRows({ database, name: 'work', keyring, user: 'a', clock: { now: () => 0 }, damaged: 'keep-aside' })
const drafts = createDrafts(rows, () => true)

let number = Number(from)
function write(): void {
  number += 1
  drafts.save('ann', { text: `${number} ${'typed '.repeat(500)}`, caret: number, typedAt: number }, number)
  process.stdout.write(`${number}\n`)
  setImmediate(write)
}
write()
