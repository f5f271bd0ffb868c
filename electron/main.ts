import { app } from 'electron'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { findKeychain } from './vault/find-keychain.ts'
import { declareAppProtocol } from './windows/app-protocol.ts'
import { openAppSession } from './windows/app-session.ts'
import { fileDialogFlag } from './windows/file-dialog/program.ts'
import { hardenProcess } from './windows/harden.ts'
import { setMenu } from './windows/menu.ts'
import { openPages } from './windows/pages.ts'

hardenProcess()
declareAppProtocol()

// A development build may keep its profile elsewhere, so that tests do not share one.
const profile = app.isPackaged ? undefined : process.env['CHARTKEEP_USER_DATA']
if (profile !== undefined) app.setPath('userData', profile)

const verifyFlag = process.argv.indexOf('--audit-verify')
if (verifyFlag !== -1) {
  // For whoever looks into an audit chain where there is no other tool: no window, no profile, nothing of the session.
  const { verifyCommand } = await import('./audit/verify/command.ts')
  const say = (stream: NodeJS.WriteStream) => (text: string) => void stream.write(`${text}\n`)
  const code = await verifyCommand(process.argv.slice(verifyFlag + 1), { from: process.cwd(), print: say(process.stdout), complain: say(process.stderr), threads: 1 })
  // On Windows a pipe is written to later: what was said is out before this ends.
  process.stdout.write('', () => process.stderr.write('', () => app.exit(code)))
} else if (process.argv.includes(fileDialogFlag)) {
  const { askForFile } = await import('./windows/file-dialog/errand.ts')
  askForFile()
} else if (process.argv.includes('--hsm-pin')) {
  // For IT, at the roll-out: no window, no profile.
  const [{ hsmPinCommand }, { keytarKeychain }, { versionedKeychain }] = await Promise.all([import('./vault/hsm/pin-command.ts'), import('./vault/keytar-keychain.ts'), import('./vault/versioned-keychain.ts')])
  const code = await hsmPinCommand(process.stdin, versionedKeychain(keytarKeychain()), (text) => void process.stderr.write(`${text}\n`))
  process.stderr.write('', () => app.exit(code))
} else if (process.argv.includes('--audit-s3-key')) {
  const [{ s3KeyCommand }, { keytarKeychain }, { versionedKeychain }] = await Promise.all([import('./audit/ship/s3-key.ts'), import('./vault/keytar-keychain.ts'), import('./vault/versioned-keychain.ts')])
  const code = await s3KeyCommand(process.stdin, versionedKeychain(keytarKeychain()), (text) => void process.stderr.write(`${text}\n`))
  process.stderr.write('', () => app.exit(code))
} else if (app.requestSingleInstanceLock()) {
  app.whenReady().then(open).catch(() => app.exit(1))
} else {
  app.quit()
}

/** The page begins to load before the application does: neither waits for the other, and what is imported here is what the page needs. */
async function open(): Promise<void> {
  setMenu()
  const folder = app.getAppPath()
  const { session, begun } = openAppSession(path.join(folder, 'renderer'))
  const pages = openPages({ session, preload: path.join(folder, 'preload.cjs') })
  // It answers by a bus and a disk, in threads of its own, while this one is at work. Nothing of anybody is read yet.
  const keychain = findKeychain()
  // What follows takes this thread for a while, best as the page's process starts. A page that does not load, or hangs, is no reason to wait: a wipe may be under way.
  await Promise.race([begun, pages.window.front().loaded.catch(() => undefined), pause(3_000, undefined, { ref: false })])
  await import('./parse-without-eval.ts')
  const { compose } = await import('./compose.ts')
  await compose(pages, keychain)
}
