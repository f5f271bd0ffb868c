import { verifyCommand } from '../../electron/audit/verify/command.ts'
import { callerFolder } from '../setup/prepare.ts'

/**
 * `npm run audit -- verify FILE|FOLDER [--anchor …] [--key …]`. Runs as whoever calls it, for a chain is readable by its
 * owner alone, and prepares nothing: it looks at files.
 */
const [what, ...args] = process.argv.slice(2)
const say = (text: string) => process.stdout.write(`${text}\n`)
const complain = (text: string) => process.stderr.write(`${text}\n`)
if (what === 'verify') {
  process.exitCode = await verifyCommand(args, { from: callerFolder(), print: say, complain })
} else {
  complain('There is one thing to ask: npm run audit -- verify FILE|FOLDER')
  process.exitCode = 2
}
