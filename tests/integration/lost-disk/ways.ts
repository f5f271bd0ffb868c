import { execFile, execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A disk of its own for a profile, which is lost while files on it are open, and comes back. */
export interface LostDisk {
  readonly folder: string
  /** From here on the system refuses what is written, in files that are open too. */
  lose(): Promise<unknown>
  /** What a start finds when it is there again: the place of it. */
  giveBack(): string
  remove(): void
}

export interface Way {
  readonly name: string
  /** What was answered as saved in the very moment may be gone: the system itself said that it was on the disk. */
  readonly isSyncBelieved: boolean
  make(): LostDisk
}

const start = (command: string, ...args: string[]) => promisify(execFile)(command, args)
const run = (command: string, ...args: string[]) => execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' })

/** setrlimit(2): every write to a file is refused (EFBIG) in the middle of what the process does, which the signal would otherwise end. Whoever may run a test may do that. */
const refusing: Way = {
  name: 'that refuses every write',
  isSyncBelieved: true,
  make() {
    const folder = mkdtempSync(join(tmpdir(), 'chartkeep-lost-'))
    process.on('SIGXFSZ', () => undefined)
    const limit = (bytes: string) => ['--pid', String(process.pid), `--fsize=${bytes}:unlimited`]
    const again = () => run('prlimit', ...limit('unlimited'))
    return { folder, lose: () => start('prlimit', ...limit('0')), giveBack: () => (again(), folder), remove: () => (again(), rmSync(folder, { recursive: true, force: true })) }
  },
}

/** A real ext4 on a loop device, which takes root: what is open stays open, as where a disk fails or is pulled out. */
function ext4(name: string, isSyncBelieved: boolean, lose: (folder: string) => Promise<unknown>): Way {
  return {
    name,
    isSyncBelieved,
    make() {
      const home = mkdtempSync(join(tmpdir(), 'chartkeep-lost-'))
      const mounted: string[] = []
      const mount = (image: string) => {
        const folder = join(home, `${image}-mounted`)
        mkdirSync(folder)
        run('mount', '-o', 'loop', join(home, image), folder)
        mounted.push(folder)
        return folder
      }
      run('truncate', '-s', '64M', join(home, 'disk'))
      run('mkfs.ext4', '-q', '-F', join(home, 'disk'))
      const folder = mount('disk')
      return {
        folder,
        lose: () => lose(folder),
        // What lies on the device: as another machine would find it, with its journal not played yet.
        giveBack: () => (copyFileSync(join(home, 'disk'), join(home, 'again')), mount('again')),
        remove() {
          for (const each of mounted) run('umount', '-l', each)
          rmSync(home, { recursive: true, force: true })
        },
      }
    },
  }
}

/** ext4(5), `abort`: what the kernel does after an error of the device. Its fsync answers success from then on (`ext4_sync_file`), for what was written just before too. */
const readOnly = ext4('that the system makes read-only under way', false, (folder) => start('mount', '-o', 'remount,abort', folder))
/** EXT4_IOC_SHUTDOWN without a flush of the journal: reading and writing fail (EIO) from here on, and what was not synced is gone. */
const unplugged = ext4('that is unplugged', true, (folder) => start('perl', '-e', 'open(F, "<", $ARGV[0]) or die; my $how = pack("L", 2); ioctl(F, 0x8004587d, $how) or die $!', folder))

/** `npm test` is run by an ordinary user, who cannot mount; as root the two real disks are tried too. */
export const ways: readonly Way[] = process.getuid?.() === 0 ? [refusing, readOnly, unplugged] : [refusing]
