import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { projectRoot } from '../setup/places.ts'
import { peopleMakers } from './sandbox-state.ts'

/** Where making begins: the records of a person, what is kept of a record, and how it is written. */
const beginnings = ['sandbox/people/index.ts', 'sandbox/fhir/store/prepared-record.ts', 'sandbox/fhir/store/bulk-load.ts']
/** Opens what is made: what it changes of it, it changes at every start. */
const opener = 'sandbox/fhir/store/store.ts'

/** Files and packages that run when a file does, itself among them. */
function reached(file: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(file) || file === opener) return found
  found.add(file)
  for (const [, isType, from = ''] of readFileSync(join(projectRoot, file), 'utf8').matchAll(/^(?:import|export) (type )?[^'"]*?from '([^']+)'/gm)) {
    if (isType !== undefined || from.startsWith('node:')) continue
    if (from.startsWith('.')) reached(join(dirname(file), from), found)
    else found.add(`node_modules/${from.split('/').slice(0, from.startsWith('@') ? 2 : 1).join('/')}/package.json`)
  }
  return found
}

it('a hospital that is kept is made anew when anything changed that it was made with', () => {
  const reaches = new Set(beginnings.flatMap((file) => [...reached(file)]))
  expect(reaches.size).toBeGreaterThan(60)
  const isCovered = (file: string) => peopleMakers.some((maker) => file === maker || file.startsWith(`${maker}/`))
  expect([...reaches].filter((file) => !isCovered(file))).toEqual([])
  // A name that is misspelt would watch over nothing.
  for (const maker of peopleMakers) expect(readdirSync(join(projectRoot, dirname(maker)))).toContain(maker.split('/').at(-1))
})
