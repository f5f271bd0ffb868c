import { writeWhole } from '../../../electron/records/export/whole-file.ts'

// Writes half of a file, says so, and waits to be killed.
const [path = '', part = ''] = process.argv.slice(2)
await writeWhole({ path, part }, async (write) => {
  await write('half of it'.repeat(10_000))
  process.stdout.write('half\n')
  await new Promise((resolve) => setTimeout(resolve, 60_000))
})
