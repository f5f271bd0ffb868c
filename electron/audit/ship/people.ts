import type { ChainLine, ToldLine } from './place.ts'

/** FHIR references of users, by their key on this workstation. */
export type People = Readonly<Record<string, string>>

/** Users that are remembered: more than ever work at one workstation. */
const most = 500

/** Who is behind a user's key, with what these lines say of it: a sign-in names the person by the EHR's own reference. */
export function learn(known: People, lines: readonly Pick<ChainLine, 'entry'>[]): People {
  const people = new Map(Object.entries(known))
  for (const line of lines) hear(people, line)
  return Object.fromEntries([...people].slice(-most))
}

/** The lines, each with who acted as far as it was told by then: the same however many are read at once. */
export function withPeople(known: People, lines: readonly ChainLine[]): ToldLine[] {
  const people = new Map(Object.entries(known))
  return lines.map((line) => {
    hear(people, line)
    const { user } = line.entry
    return { ...line, person: typeof user === 'string' ? people.get(user) : undefined }
  })
}

function hear(people: Map<string, string>, { entry: { user, person } }: Pick<ChainLine, 'entry'>): void {
  if (typeof user !== 'string' || typeof person !== 'string') return
  // Whoever was here last is forgotten last.
  people.delete(user)
  people.set(user, person)
}
