import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import { parsedJson } from '../../shared/parsed-json.ts'
import type { Policy } from '../../shared/policy.ts'
import type { RotationDue } from '../../shared/rotation-due.ts'
import { inTurn } from './in-turn.ts'
import type { Keychain } from './keychain.ts'

/** Where it stands in the keychain how old a user's keys are: a file could be made to say that they are young for ever. */
export const rotationAccount = (userKey: string) => `rotation/${userKey}`

const since = z.number().int().nonnegative()

const Stored = z.strictObject({
  /** Epoch milliseconds. */
  keyPart: z.strictObject({ id: z.string().max(64), since }),
  dataKey: z.strictObject({ generation: z.number().int().positive(), since }),
  /** What somebody wants replaced, whatever its age. */
  ordered: z.enum(['key-part', 'data-key']).optional(),
})
type Stored = z.infer<typeof Stored>

const day = 86_400_000
const unknownPart = ''

/** Whole days; below 0 where the clock was wrong once. */
export interface KeyAges {
  readonly keyPartDays: number
  readonly dataKeyDays: number
}

/** When a user's keys are to be replaced: at the age that the policy says, or by an order. */
export interface Rotations {
  due(userKey: string): Promise<RotationDue>
  /** Undefined where nothing is known of them. */
  ages(userKey: string): Promise<KeyAges | undefined>
  /** These are the keys of what is on the disk: those that are new are young, and an order for them is carried out. */
  settled(userKey: string, keys: { readonly part: string; readonly dataKey: number }): Promise<void>
  /** Durable when it resolves. */
  order(userKey: string, what: Exclude<RotationDue, 'nothing'>): Promise<void>
}

export interface RotationsParts {
  readonly keychain: Keychain
  readonly clock: Clock
  /** As it says now. */
  policy(): Policy['vault']['rotate']
}

export function rotations({ keychain, clock, policy }: RotationsParts): Rotations {
  const turn = inTurn()

  /** `null`: it is there, and says nothing that can be read. */
  async function read(userKey: string): Promise<Stored | null | undefined> {
    const text = await keychain.get(rotationAccount(userKey))
    return text === undefined ? undefined : (Stored.safeParse(parsedJson(text)).data ?? null)
  }

  const keep = (userKey: string, stored: Stored) => keychain.set(rotationAccount(userKey), JSON.stringify(stored))

  /** One from the future was made under a clock that was wrong: its age is unknown. */
  function isOld(made: number, days: number): boolean {
    const age = clock.now() - made
    return age >= days * day || age < -day
  }

  return {
    async due(userKey) {
      const stored = await read(userKey)
      // Its age counts from when it is first seen.
      if (stored === undefined) return 'nothing'
      if (stored === null) return 'data-key'
      const { keyPart, dataKey, ordered } = stored
      const { keyPartDays, dataKeyDays } = policy()
      if (ordered === 'data-key' || isOld(dataKey.since, dataKeyDays)) return 'data-key'
      return ordered === 'key-part' || isOld(keyPart.since, keyPartDays) ? 'key-part' : 'nothing'
    },
    async ages(userKey) {
      const stored = await read(userKey)
      const days = (made: number) => Math.floor((clock.now() - made) / day)
      return stored ? { keyPartDays: days(stored.keyPart.since), dataKeyDays: days(stored.dataKey.since) } : undefined
    },
    settled: (userKey, { part, dataKey }) => turn(async () => {
      const before = (await read(userKey)) ?? undefined
      const isSamePart = before?.keyPart.id === part
      const isSameKey = before?.dataKey.generation === dataKey
      if (before !== undefined && isSamePart && isSameKey) return
      const now = clock.now()
      const isDone = before?.ordered === 'data-key' ? !isSameKey : !isSamePart && before?.keyPart.id !== unknownPart
      await keep(userKey, {
        keyPart: isSamePart ? before.keyPart : { id: part, since: now },
        dataKey: isSameKey ? before.dataKey : { generation: dataKey, since: now },
        ...(isDone || before?.ordered === undefined ? {} : { ordered: before.ordered }),
      })
    }),
    order: (userKey, what) => turn(async () => {
      const stored = await read(userKey)
      const now = clock.now()
      const before = stored ?? { keyPart: { id: unknownPart, since: now }, dataKey: { generation: 1, since: now } }
      // The DEK brings a new part with it.
      await keep(userKey, { ...before, ordered: before.ordered === 'data-key' ? 'data-key' : what })
    }),
  }
}
