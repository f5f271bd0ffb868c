import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where SoftHSM 2 lies: Debian, Fedora, Homebrew, the Windows installer, or where the environment says. */
const places = [
  process.env['SOFTHSM2_MODULE'],
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
  'C:\\SoftHSM2\\lib\\softhsm2-x64.dll',
]

/** The module of SoftHSM 2: a whole HSM in software, for tests. */
function softHsmModule(): string {
  const found = places.find((place) => place !== undefined && existsSync(place))
  if (found === undefined) throw new Error('SoftHSM 2 is not installed here. Debian and Ubuntu: apt-get install softhsm2. Fedora: dnf install softhsm. macOS: brew install softhsm. Elsewhere: name its module in SOFTHSM2_MODULE.')
  return found
}

export interface SoftToken {
  readonly label: string
  /** Random, made for this run. */
  readonly pin: string
  /** Where it is. */
  readonly folder: string
  /** As a person pulls it out, and puts it back. */
  takeOut(): void
  putBack(): void
}

/** A shelf of tokens that nobody else sees. */
export interface SoftTokens {
  readonly module: string
  /** The file by which a process finds them. */
  readonly configuration: string
  /** Names it. */
  readonly env: Readonly<Record<string, string>>
  add(label: string): SoftToken
  /** The serial numbers of the tokens of that label. */
  serials(label: string): string[]
  /** The first half of the module: the loader maps what is not there, and the kernel ends the process. */
  brokenModule(): string
  discard(): void
}

export function softTokens(): SoftTokens {
  const folder = mkdtempSync(join(tmpdir(), 'chartkeep-hsm-'))
  const shelf = join(folder, 'tokens')
  const drawer = join(folder, 'taken-out')
  const configuration = join(folder, 'softhsm2.conf')
  for (const made of [shelf, drawer]) mkdirSync(made)
  writeFileSync(configuration, `directories.tokendir = ${shelf}\nobjectstore.backend = file\nlog.level = ERROR\n`)
  const env = { SOFTHSM2_CONF: configuration }
  const tool = (...args: string[]) => execFileSync('softhsm2-util', args, { env: { ...process.env, ...env }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

  return {
    module: softHsmModule(),
    configuration,
    env,
    add(label) {
      const before = new Set(readdirSync(shelf))
      const pin = randomBytes(9).toString('base64url')
      tool('--init-token', '--free', '--label', label, '--pin', pin, '--so-pin', randomBytes(9).toString('base64url'))
      const name = readdirSync(shelf).find((each) => !before.has(each))
      if (name === undefined) throw new Error('softhsm2-util made no token')
      return {
        label,
        pin,
        folder: join(shelf, name),
        takeOut: () => renameSync(join(shelf, name), join(drawer, name)),
        putBack: () => renameSync(join(drawer, name), join(shelf, name)),
      }
    },
    serials: (label) => {
      const slots = tool('--show-slots').split(/^Slot /m)
      return slots.flatMap((slot) => (new RegExp(`Label:\\s+${label}\\s*$`, 'm').test(slot) ? (/Serial number:\s+(\S+)/.exec(slot)?.slice(1, 2) ?? []) : []))
    },
    brokenModule() {
      const file = join(folder, 'half.so')
      copyFileSync(softHsmModule(), file)
      truncateSync(file, 500_000)
      return file
    },
    discard: () => rmSync(folder, { recursive: true, force: true }),
  }
}
