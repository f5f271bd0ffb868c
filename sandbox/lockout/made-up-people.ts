import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { drawName, drawTradition, traditions } from '../people/names.ts'
import { opaqueId, rngOf } from '../people/random.ts'
import type { UserRef } from './workstations.ts'

interface MadeUpPerson extends UserRef {
  readonly username: string
  readonly isDisabled: boolean
}

/** People who are said to sit at workstations that are nowhere. They have no password, and nobody signs in as one. */
export interface MadeUpPeople {
  everybody(): readonly MadeUpPerson[]
  bySub(sub: string): MadeUpPerson | undefined
  /** The first so many of a seed: the same each time. */
  file(count: number, seed: number): readonly UserRef[]
  /** False: there is no such person. */
  setBarred(sub: string, isBarred: boolean): boolean
}

const Row = z.object({ sub: z.string(), username: z.string(), name: z.string(), role: z.string(), is_disabled: z.number() })

export function openMadeUpPeople(database: DatabaseSync): MadeUpPeople {
  database.exec('CREATE TABLE IF NOT EXISTS lockout_made_up_person (sub TEXT PRIMARY KEY, username TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, is_disabled INTEGER NOT NULL DEFAULT 0) STRICT')
  const insert = database.prepare('INSERT OR IGNORE INTO lockout_made_up_person (sub, username, name, role) VALUES (?, ?, ?, ?)')
  const bar = database.prepare('UPDATE lockout_made_up_person SET is_disabled = ? WHERE sub = ?')
  const known = new Map<string, MadeUpPerson>()
  for (const row of z.array(Row).parse(database.prepare('SELECT * FROM lockout_made_up_person ORDER BY rowid').all())) {
    const { is_disabled: isDisabled, ...person } = row
    known.set(person.sub, { ...person, isDisabled: isDisabled !== 0 })
  }
  return {
    everybody: () => [...known.values()],
    bySub: (sub) => known.get(sub),
    file(count, seed) {
      const people = Array.from({ length: count }, (_, index) => drawn(`${seed}/colleague/${index}`, index))
      for (const { sub, username, name, role } of people) {
        insert.run(sub, username, name, role)
        if (!known.has(sub)) known.set(sub, { sub, username, name, role, isDisabled: false })
      }
      return people
    },
    setBarred(sub, isBarred) {
      const person = known.get(sub)
      if (person === undefined) return false
      bar.run(isBarred ? 1 : 0, sub)
      known.set(sub, { ...person, isDisabled: isBarred })
      return true
    },
  }
}

function drawn(path: string, index: number): Omit<MadeUpPerson, 'isDisabled'> {
  const chance = rngOf(path)
  const { given, family } = drawName(traditions[drawTradition(chance)], chance.pick(['female', 'male'] as const), chance)
  const role = chance.pick(['nurse', 'nurse', 'nurse', 'physician', 'physician', 'front-desk'])
  const letters = `${given[0]?.[0] ?? ''}${family}`.normalize('NFD').replaceAll(/[^A-Za-z]/g, '').toLowerCase()
  return { sub: opaqueId(path), username: `${letters}${index + 1}`, name: [...(role === 'physician' ? ['Dr'] : []), ...given, family].join(' '), role }
}
