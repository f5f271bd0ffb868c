import { openBetween } from './rotation.ts'

// Moves the rows of a vault from under one DEK to another until it is killed; says when it begins, and whether it came to its end.
const [folder = '', older = '', newer = '', known = '0'] = process.argv.slice(2)
const vault = openBetween(folder, Buffer.from(older, 'hex'), Buffer.from(newer, 'hex'), Number(known), (event) => void process.stdout.write(`${JSON.stringify(event)}\n`))
vault.move(folder, {
  done: () => void process.stdout.write('done\n', () => process.exit(0)),
  failed: () => process.exit(2),
})
process.stdout.write('begun\n')
