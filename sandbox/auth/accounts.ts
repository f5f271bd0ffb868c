import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import { readJson, type StateFolder, writeJson } from '../state.ts'
import type { Role, Staff } from '../types.ts'
import { makePassphrase } from './passphrase.ts'
import { hashPassword, isPassword } from './password.ts'
import { openSecondFactors, type SecondFactors } from './second-factors.ts'
import { enrolmentUri } from './totp.ts'

/** A person who may sign in here. `sub` is opaque, and the same for as long as the state folder lives. */
export interface Account {
  sub: string
  username: string
  practitioner: string
  name: string
  role: Role
  secondFactor: Staff['secondFactor']
}

/** A line of the users file: what is printed for whoever tries the demo. */
export interface DemoUser {
  username: string
  password: string
  name: string
  role: Role
  practitioner: string
  secondFactor?: NonNullable<Staff['secondFactor']>
  /** For an authenticator app: `otpauth://…`, the secret included. */
  otpauth?: string
}

export interface Accounts {
  /** The account, if it may be used. */
  bySub(sub: string): Account | undefined
  /** The account whose name and password these are. Takes as long for an unknown name as for a wrong password. */
  authenticate(username: string, password: string): Promise<Account | undefined>
  /** Bars or re-admits an account; gives its `sub`, or undefined if there is no such user. */
  setBarred(username: string, barred: boolean): string | undefined
  /** Whether a code of a person's app is right and new. It counts once. */
  useCode(account: Account, code: string): boolean
  /** For whoever tries the demo: the next code of somebody's app. Undefined where they have none. */
  nextCode(username: string): ReturnType<SecondFactors['next']>
  /** Everybody who has an account, those who are barred too. */
  everybody(): readonly (Account & { readonly isBarred: boolean })[]
  demoUsers: readonly DemoUser[]
}

/** The file in the state folder that holds the demo passwords in clear, for their owner's eyes alone (0600). */
export const usersFile = 'users.json'

const StoredUsers = z.object({ users: z.array(z.object({ username: z.string(), password: z.string() })) })

const Row = z.object({ sub: z.string(), hash: z.string(), barred: z.number() }).optional()
type Row = NonNullable<z.infer<typeof Row>>

/** A user name as it is compared. */
export const canonical = (username: string) => username.trim().normalize('NFKC').toLowerCase()

function displayName(person: Staff): string {
  return `${person.role === 'physician' ? 'Dr ' : ''}${person.given} ${person.family}`
}

/** Opens the accounts of `staff`: keeps the passwords there are, makes those that are missing, drops who left. */
export async function openAccounts(
  database: DatabaseSync,
  folder: StateFolder,
  staff: readonly Staff[],
  clock: Clock,
): Promise<Accounts> {
  const factors = openSecondFactors(database, clock)
  database.exec(`CREATE TABLE IF NOT EXISTS account (
    username TEXT PRIMARY KEY, sub TEXT NOT NULL UNIQUE, hash TEXT NOT NULL, barred INTEGER NOT NULL DEFAULT 0
  ) STRICT`)
  const select = database.prepare('SELECT sub, hash, barred FROM account WHERE username = ?')
  const rowOf = (username: string) => Row.parse(select.get(username))

  const known = StoredUsers.safeParse(await readJson(folder, usersFile))
  const passwords = new Map(known.success ? known.data.users.map((user) => [user.username, user.password]) : [])
  const people = new Map(staff.map((person) => [canonical(person.username), person]))

  const enrol = async ([username, person]: [string, Staff]): Promise<DemoUser> => {
    const kept = passwords.get(username)
    const password = kept ?? makePassphrase()
    const row = rowOf(username)
    if (kept === undefined || row === undefined) {
      database
        .prepare(
          `INSERT INTO account (username, sub, hash) VALUES (?, ?, ?)
           ON CONFLICT (username) DO UPDATE SET hash = excluded.hash`,
        )
        .run(username, row?.sub ?? randomUUID(), await hashPassword(password))
    }
    const { role, practitioner, secondFactor } = person
    const app = secondFactor && { secondFactor, otpauth: enrolmentUri(factors.enrol(username), { issuer: 'Chartkeep sandbox', username }) }
    return { username, password, name: displayName(person), role, practitioner, ...app }
  }
  const demoUsers = await Promise.all([...people].map(enrol))
  await writeJson(folder, usersFile, { users: demoUsers })

  const described = (username: string, row: Row, person: Staff): Account => {
    const { practitioner, role, secondFactor } = person
    return { sub: row.sub, username, practitioner, role, secondFactor, name: displayName(person) }
  }
  const accountOf = (username: string, row: Row): Account | undefined => {
    const person = people.get(username)
    return person === undefined || row.barred !== 0 ? undefined : described(username, row, person)
  }
  const usernameOf = database.prepare('SELECT username FROM account WHERE sub = ?')
  const bar = database.prepare('UPDATE account SET barred = ? WHERE username = ?')
  const decoy = await hashPassword(makePassphrase())

  return {
    bySub(sub) {
      const username = usernameOf.get(sub)?.username
      if (typeof username !== 'string') return undefined
      const row = rowOf(username)
      return row && accountOf(username, row)
    },
    async authenticate(username, password) {
      const row = rowOf(canonical(username))
      const matches = await isPassword(password, row?.hash ?? decoy)
      return row !== undefined && matches ? accountOf(canonical(username), row) : undefined
    },
    setBarred(username, barred) {
      const row = rowOf(canonical(username))
      if (row) bar.run(barred ? 1 : 0, canonical(username))
      return row?.sub
    },
    useCode: (account, code) => factors.use(account.username, code),
    nextCode: (username) => factors.next(canonical(username)),
    everybody: () =>
      [...people].flatMap(([username, person]) => {
        const row = rowOf(username)
        return row === undefined ? [] : [{ ...described(username, row, person), isBarred: row.barred !== 0 }]
      }),
    demoUsers,
  }
}
