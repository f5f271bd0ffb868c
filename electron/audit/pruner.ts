import type { Clock } from '../../shared/clock.ts'
import { kindOf } from '../../shared/errors.ts'
import type { Log } from '../diagnostics/log.ts'
import type { ChainDisk } from './disk.ts'
import { type ChainHead, emptyChain, readLine } from './entry.ts'
import { proveFile } from './file-proof.ts'
import type { Pruned } from './pruned.ts'

/** What a place has acknowledged of the chain, as far as a removal goes by it. */
export interface Acknowledgement {
  /** The last line that it has, and where that begins. */
  readonly acknowledged?: { readonly file: number; readonly at: number; readonly hash: string } | undefined
  /** The first line that it did not want: that stays here, and all after it. */
  readonly passedOver?: number | undefined
}

export interface PrunerParts {
  readonly disk: Pick<ChainDisk, 'numbers' | 'read' | 'remove'>
  /** Says in the chain, signed and durable, where it begins from now on. */
  announce(pruned: Pruned): Promise<void>
  readonly clock: Clock
  readonly log: Log
  /** How long entries stay, whoever has them too. */
  keepDays(): number
  /** Of every place that the policy names; undefined where it names none, or one of them has not been heard of yet. */
  places(): readonly Acknowledgement[] | undefined
}

export interface Pruner {
  /** Removes what may go. One at a time. Never rejects: what is left is removed another time. */
  look(): Promise<void>
}

/** The rules of the alerts are told of them at a start (alerts/read-back.ts), and the writer proves the last by the one before. */
const alwaysKept = 2
const day = 86_400_000
/** Where nothing new was acknowledged it is looked again so often: entries grow old by themselves. Milliseconds. */
const rest = 3_600_000

/**
 * Removes the oldest files of the chain (ADR 0105): those that every place has acknowledged whole, and that are as old as the policy says. First the chain says so, in
 * an entry of its own, signed; a process that is killed before or while files go leaves a chain that holds, and the next look goes on with it.
 */
export function createPruner(parts: PrunerParts): Pruner {
  const { disk, clock, log } = parts
  let looking: Promise<void> | undefined
  let seen = { through: 0, at: 0 }

  /** The file up to which every place has all, or 0. */
  function acknowledgedThrough(places: readonly Acknowledgement[]): number {
    return Math.min(...places.map(({ acknowledged }) => (acknowledged?.file ?? 1) - 1))
  }

  /** A place speaks of this chain, and of none that was here before. */
  async function holds({ acknowledged }: Acknowledgement): Promise<boolean> {
    if (acknowledged === undefined) return false
    const bytes = await disk.read(acknowledged.file)
    const end = bytes.indexOf('\n', acknowledged.at)
    return end !== -1 && readLine(bytes.toString('utf8', acknowledged.at, end))?.head.hash === acknowledged.hash
  }

  /** The files that may go, and the entry that they end with. What does not prove itself stays, as evidence, and all after it. */
  async function mayGo(places: readonly Acknowledgement[], numbers: readonly number[]): Promise<{ readonly files: readonly number[]; readonly last: ChainHead } | undefined> {
    const through = acknowledgedThrough(places)
    const oldest = clock.now() - parts.keepDays() * day
    const files: number[] = []
    let last: ChainHead | undefined
    for (const file of numbers.slice(0, -alwaysKept)) {
      if (file > through) break
      const proven = await proveFile(await disk.read(file), last ?? (file === 1 ? emptyChain : undefined))
      if (proven === undefined) {
        log.event('audit.not-pruned', { failure: 'audit-unavailable' })
        break
      }
      const { head, wall } = proven
      if (wall === undefined || wall > oldest || places.some(({ passedOver }) => passedOver !== undefined && passedOver <= head.seq)) break
      files.push(file)
      last = head
    }
    return last && { files, last }
  }

  async function prune(places: readonly Acknowledgement[]): Promise<void> {
    const numbers = await disk.numbers()
    const going = await mayGo(places, numbers)
    const next = going && numbers[going.files.length]
    if (going === undefined || next === undefined) return
    const { files, last } = going
    const follows = (await proveFile(await disk.read(next), last)) !== undefined
    if (!follows || !(await Promise.all(places.map(holds))).every(Boolean)) return log.event('audit.not-pruned', { failure: 'audit-unavailable' })
    await parts.announce({ file: next, last })
    // The oldest first: what stays is without a gap at any moment.
    for (const file of files) await disk.remove(file)
    log.event('audit.pruned', { files: files.length })
  }

  return {
    look() {
      const places = parts.places()
      if (looking || !places || places.length === 0) return looking ?? Promise.resolve()
      const through = acknowledgedThrough(places)
      const isNews = through !== seen.through || Math.abs(clock.now() - seen.at) > rest
      if (through < 1 || !isNews) return Promise.resolve()
      seen = { through, at: clock.now() }
      looking = prune(places)
        .catch((error: unknown) => log.event('audit.not-pruned', { failure: kindOf(error) }))
        .finally(() => {
          looking = undefined
        })
      return looking
    },
  }
}
