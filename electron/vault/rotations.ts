import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import { parsedJson } from '../../shared/parsed-json.ts'
import type { Policy } from '../../shared/policy.ts'
import type { RotationDue } from '../../shared/rotation-due.ts'
import { inTurn } from '../in-turn.ts'
import type { Keychain } from './keychain.ts'

/** Where it stands in the keychain how old a user's keys are: a file could be made to say that they are young for ever. */
export const rotationAccount = (userKey: string) => `rotation/${userKey}`

const since = z.number().int().nonnegative()

const Stored = z.strictObject({
  /** Epoch milliseconds. */
  keyPart: z.strictObject({ id: z.string().max(64), since }),
  dataKey: z.strictObject({ generation: z.number().int().nonnegative(), since }),
  /** What somebody wants replaced, whatever its age. */
  ordered: z.enum(['key-part', 'data-key']).optional(),
})
type Stored = z.infer<typeof Stored>

const day = 86_400_000
/** No part and no data key is called so: which are in use is not known. What is in use when it is first told has replaced nothing. */
const [unknownPart, unknownKey] = ['', 0]
const isKnown = ({ keyPart }: Stored) => keyPart.id !== unknownPart

/** Whole days; below 0 where the clock was wrong once. */
export interface KeyAges {
  readonly keyPartDays: number
  readonly dataKeyDays: number
}

/** When a user's keys are to be replaced: at the age that the policy says, or by an order. */
export interface Rotations {
  due(userKey: string): Promise<RotationDue>
  /** Whether another data key is ordered, whatever the age of this one. */
  isOrdered(userKey: string): Promise<boolean>
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

  /** What an order is added to where nothing is known. What can no longer be read may have been an order, and a data key that is too old. */
  function unknown(damage: null | undefined): Stored {
    const now = clock.now()
    return { keyPart: { id: unknownPart, since: now }, dataKey: { generation: unknownKey, since: now }, ...(damage === null ? { ordered: 'data-key' } : {}) }
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
    isOrdered: async (userKey) => (await read(userKey))?.ordered === 'data-key',
    async ages(userKey) {
      const stored = await read(userKey)
      const days = (made: number) => Math.floor((clock.now() - made) / day)
      return stored && isKnown(stored) ? { keyPartDays: days(stored.keyPart.since), dataKeyDays: days(stored.dataKey.since) } : undefined
    },
    settled: (userKey, { part, dataKey }) => turn(async () => {
      const stored = await read(userKey)
      const before = stored ?? unknown(stored)
      const { keyPart, dataKey: key, ordered } = before
      const isSamePart = keyPart.id === part
      const isSameKey = key.generation === dataKey
      if (isSamePart && isSameKey) return
      const now = clock.now()
      const isDone = isKnown(before) && (ordered === 'data-key' ? !isSameKey : !isSamePart)
      await keep(userKey, {
        keyPart: isSamePart ? keyPart : { id: part, since: now },
        dataKey: isSameKey ? key : { generation: dataKey, since: now },
        ...(isDone || ordered === undefined ? {} : { ordered }),
      })
    }),
    order: (userKey, what) => turn(async () => {
      const stored = await read(userKey)
      const before = stored ?? unknown(stored)
      // The DEK brings a new part with it.
      await keep(userKey, { ...before, ordered: before.ordered === 'data-key' ? 'data-key' : what })
    }),
  }
}
