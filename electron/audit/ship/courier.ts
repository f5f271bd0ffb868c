import { type FailureKind, kindOf } from '../../../shared/errors.ts'
import type { Log } from '../../diagnostics/log.ts'
import type { DurableMark } from '../writer.ts'
import { waitAfter } from './back-off.ts'
import { type Cursor, type CursorStore, emptyCursor } from './cursor.ts'
import { learn, withPeople } from './people.ts'
import type { ChainLine, Delivery, Place } from './place.ts'
import { NotHeld, readLines } from './read-lines.ts'

export interface CourierParts {
  readonly place: Place
  readonly folder: string
  readonly cursors: CursorStore
  readonly log: Log
  /** Uniform in [0, 1). */
  chance(): number
  /** Told when more is acknowledged, durably. */
  onKept?(cursor: Cursor): void
}

export interface Courier {
  /** So much of the chain may be read now. */
  upTo(mark: DurableMark): void
  /** Somebody came or went: what waits for a sign-in may be tried. */
  sessionChanged(): void
  /** As it is kept on the disk; undefined before it was read. */
  kept(): Cursor | undefined
  /** Gives up what is under way and resolves when nothing is. */
  close(): Promise<void>
}

/** What is not urgent waits so long for company; and what waits for a sign-in is tried so often without. Milliseconds. */
const companyMs = 2_000
const patienceMs = 3_600_000
/** A line that a place refuses so often in a row is passed over: one that it does not understand must not hold up all that follow. */
const refusals = 3

/** Brings the chain to one place: in order, each line at least once, for as long as it takes. */
export function createCourier(parts: CourierParts): Courier {
  const { place, log, cursors } = parts
  const ending = new AbortController()
  let mark: DurableMark | undefined
  let cursor: Cursor | undefined
  let kept: Cursor | undefined
  let underWay: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let failures = 0
  /** A failure holds it until then, whatever else happens. */
  let isHeld = false
  let waitsForSignIn = false
  /** How often somebody came or went; and how often by the time of the delivery that is under way. */
  let comings = 0
  let comingsBefore = 0
  let again = false

  async function opened(): Promise<Cursor> {
    if (cursor) return cursor
    const read = await cursors.read()
    if (read.state === 'not-ours') log.event('audit.ship-began-anew', { place: place.name })
    kept = read.state === 'found' ? read.cursor : undefined
    cursor = read.cursor
    return cursor
  }

  /** One line that is refused may be one of many: it is sent by itself before it is judged. */
  const bounds = () => (failures > 0 && place.judgesLines ? { lines: 1, bytes: 1 } : place.atOnce)

  async function next(at: Cursor, until: DurableMark) {
    try {
      return await readLines({ folder: parts.folder, after: at.acknowledged, until, ...bounds() })
    } catch (error) {
      if (!(error instanceof NotHeld)) throw error
      log.event('audit.ship-began-anew', { place: place.name })
      cursor = { ...emptyCursor(place.target), people: at.people }
      return readLines({ folder: parts.folder, after: undefined, until, ...bounds() })
    }
  }

  async function round(until: DurableMark): Promise<'more' | 'done'> {
    if (ending.signal.aborted || isHeld) return 'done'
    const before = await opened()
    const { lines, unreadable } = await next(before, until)
    if (lines.length === 0) {
      // Someone changed what was written: the verifier says where. What follows cannot be told from it, and waits.
      if (unreadable) await hold({ taken: 0, failure: 'malformed' }, undefined)
      return 'done'
    }
    comingsBefore = comings
    const delivery = await place.deliver(withPeople(before.people, lines), ending.signal)
    const last = lines[Math.min(delivery.taken, lines.length) - 1]
    if (last) {
      failures = 0
      await advance(lines.slice(0, lines.indexOf(last) + 1), last)
    }
    if (delivery.taken >= lines.length) return 'more'
    return hold(delivery, lines[delivery.taken])
  }

  async function advance(passed: readonly ChainLine[], { file, at, seq, hash }: ChainLine, passedOver?: number): Promise<void> {
    const before = cursor ?? emptyCursor(place.target)
    const earliest = before.passedOver ?? passedOver
    cursor = { format: 1, target: place.target, acknowledged: { file, at, seq, hash }, people: learn(before.people, passed), ...(earliest === undefined ? {} : { passedOver: earliest }) }
    await keep(cursor)
  }

  /** A disk that is full costs a repetition after the next start, and nothing else. */
  async function keep(reached: Cursor): Promise<void> {
    try {
      await cursors.keep(reached)
      kept = reached
      parts.onKept?.(reached)
    } catch {
      log.event('audit.ship-not-kept', { place: place.name })
    }
  }

  async function hold({ failure = 'internal', retryAfterMs }: Delivery, line: ChainLine | undefined): Promise<'more' | 'done'> {
    if (ending.signal.aborted) return 'done'
    failures += 1
    if (failure === 'malformed' && line && place.judgesLines && failures > refusals) {
      log.event('audit.ship-refused', { place: place.name, seq: line.seq })
      failures = 0
      await advance([line], line, line.seq)
      return 'more'
    }
    if (failures === 1 || failures % 10 === 0) log.event('audit.ship-waits', { place: place.name, failure, tries: failures })
    const wantsSignIn = failure === 'unauthorized' || failure === 'forbidden'
    // Whoever came while it was being refused may be who it waits for.
    waitsForSignIn = wantsSignIn && comings === comingsBefore
    isHeld = true
    wakeIn(waitsForSignIn ? patienceMs : waitAfter(failures, parts.chance(), retryAfterMs))
    return 'done'
  }

  async function run(): Promise<void> {
    try {
      for (;;) {
        // What became durable meanwhile belongs to the next round.
        const until = mark
        if (!until || (await round(until)) === 'done') return
      }
    } catch (error) {
      // The chain's own folder does not let itself be read.
      await hold({ taken: 0, failure: readFailure(error) }, undefined)
    }
  }

  function go(): void {
    // The timer of a failure is what ends its hold: nothing but that timer, or a sign-in, may take it away.
    if (ending.signal.aborted || isHeld) return
    clearTimeout(timer)
    timer = undefined
    if (underWay) {
      again = true
      return
    }
    underWay = run().finally(() => {
      underWay = undefined
      if (again) {
        again = false
        go()
      }
    })
  }

  function wakeIn(ms: number): void {
    clearTimeout(timer)
    timer = setTimeout(() => {
      isHeld = false
      go()
    }, ms)
    timer.unref()
  }

  return {
    upTo(to) {
      mark = to
      if (isHeld) return
      if (to.isUrgent) go()
      else if (!timer) wakeIn(place.companyMs ?? companyMs)
    },
    sessionChanged() {
      comings += 1
      if (!waitsForSignIn) return
      waitsForSignIn = false
      isHeld = false
      failures = 0
      go()
    },
    kept: () => kept,
    async close() {
      ending.abort()
      clearTimeout(timer)
      await underWay
    },
  }
}

const readFailure = (error: unknown): FailureKind => (kindOf(error) === 'internal' ? 'audit-unavailable' : kindOf(error))
