import type { HumanName } from '@medplum/fhirtypes'
import { items, line } from '../../../shared/clinical/untrusted.ts'
import { normaliseName } from '../../../shared/clinical/similar-names.ts'

/** What follows a name without being part of it; without points, in lower case. */
const behindNames: ReadonlySet<string> = new Set(['jr', 'sr', 'ii', 'iii', 'iv', 'md', 'do', 'phd', 'rn', 'lpn', 'np', 'pa', 'dnp', 'msn', 'bsn', 'mbbs', 'facs'])
/** A family name has no more words: de la Cruz, van der Meer. */
const mostWords = 4

/**
 * Whether a patient bears, or bore, the family name of a member of the staff, whose name is known only as it is shown
 * (`Marisol Villaseñor, MD`; `Villaseñor, Marisol`): the words at its end, or all before a comma. Diacritics, case, spaces
 * and hyphens aside. Errs to the side of yes: Cruz is found in de la Cruz.
 */
export function hasFamilyNameOf(displayName: string, names: unknown): boolean {
  const own = familyNamesIn(displayName)
  return items<HumanName>(names).some(({ family }) => {
    const name = normaliseName(line(family) ?? '')
    return name !== '' && own.has(name)
  })
}

function familyNamesIn(displayName: string): ReadonlySet<string> {
  const [before = '', after] = displayName.split(',')
  const words = before.split(/\s+/).filter((word) => word !== '')
  while (behindNames.has(normaliseName(words.at(-1) ?? ''))) words.pop()
  const ends = Array.from({ length: Math.min(mostWords, words.length) }, (_, count) => words.slice(-count - 1).join(''))
  // Of one word alone, or of both names where no comma says which is which, the whole is no family name but where it stands alone.
  const isWhole = after !== undefined && !behindNames.has(normaliseName(after.split(/\s+/).find((word) => word !== '') ?? ''))
  return new Set([...(isWhole || words.length === 1 ? ends : ends.filter((_, count) => count + 1 < words.length))].map(normaliseName).filter((name) => name !== ''))
}
