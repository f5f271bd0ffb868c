import { readSignals, type Signal } from '../../../shared/alerts.ts'

/** What the rules look at of an entry of the chain: the header in clear, with what its writer added. */
export interface SeenEntry {
  readonly event: string
  readonly outcome: string
  readonly cause: string
  readonly patient: string | undefined
  readonly failure: string | undefined
  readonly signals: ReadonlySet<Signal>
  readonly correlation: string
  /** The user's key; undefined while nobody is signed in. */
  readonly user: string | undefined
  /** Epoch milliseconds, of a clock that can be set. */
  readonly wall: number
  /** Milliseconds of a clock that nobody can set, since the start of the process. */
  readonly mono: number
  /** Which start of the process; undefined in entries that do not tell. */
  readonly run: string | undefined
}

const none: ReadonlySet<Signal> = new Set()

/** Reads an entry as it is in the chain. Undefined for what no writer of ours has written. */
export function readEntry(fields: Readonly<Record<string, unknown>>): SeenEntry | undefined {
  const text = (name: string) => (typeof fields[name] === 'string' ? fields[name] : undefined)
  const { wall, mono } = fields
  const [event, correlation] = [text('event'), text('correlation')]
  if (event === undefined || correlation === undefined || typeof wall !== 'number' || typeof mono !== 'number') return undefined
  return {
    event,
    outcome: text('outcome') ?? '',
    cause: text('cause') ?? '',
    patient: text('patient'),
    failure: text('failure'),
    signals: fields['signals'] === undefined ? none : readSignals(fields['signals']),
    correlation,
    user: text('user'),
    wall,
    mono,
    run: text('run'),
  }
}
