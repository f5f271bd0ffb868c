/** What a typed text may mean; digits may mean two things, and several words too: each is then searched for as both. */
export type SearchReading =
  /** A record number: only a patient who has exactly this one is an answer. */
  | { readonly kind: 'identifier'; readonly value: string }
  /** FHIR date, as precise as it was typed: `1961`, `1961-03`, `1961-03-12`. */
  | { readonly kind: 'birth-date'; readonly date: string }
  | { readonly kind: 'name'; readonly words: readonly string[]; readonly family?: string; readonly given?: string; readonly birthDate?: string }

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const mostWords = 6

/** Reads the text of the search box. Never fails: what is nothing else is a name. */
export function readSearch(text: string): readonly SearchReading[] {
  const trimmed = text.normalize('NFC').trim().replace(/\s+/g, ' ')
  const whole = birthDate(trimmed)
  // A date that is written as one is no number; bare digits may be either.
  const identifier = isRecordNumber(trimmed) && (whole === undefined || /^\d+$/.test(trimmed)) ? trimmed.replace(/^#/, '') : undefined
  if (whole !== undefined || identifier !== undefined) {
    return [
      ...(identifier === undefined ? [] : [{ kind: 'identifier', value: identifier } as const]),
      ...(whole === undefined ? [] : [{ kind: 'birth-date', date: whole } as const]),
    ]
  }
  return readName(trimmed)
}

/** The parameters of `POST Patient/_search` for one reading. */
export function searchParameters(reading: SearchReading, count: number): URLSearchParams {
  const parameters = new URLSearchParams()
  if (reading.kind === 'identifier') parameters.append('identifier', escaped(reading.value))
  if (reading.kind === 'birth-date') parameters.append('birthdate', reading.date)
  if (reading.kind === 'name') {
    if (reading.family !== undefined) parameters.append('family', escaped(reading.family))
    if (reading.given !== undefined) parameters.append('given', escaped(reading.given))
    for (const word of reading.words) parameters.append('name', escaped(word))
    if (reading.birthDate !== undefined) parameters.append('birthdate', reading.birthDate)
  }
  parameters.append('_count', String(count))
  return parameters
}

/** `dd-Mmm-yyyy`, `Mmm-yyyy`, `yyyy`, ISO, and eight digits; nothing that could be read as another day elsewhere (03/04/1961). */
export function birthDate(text: string): string | undefined {
  const found =
    /^(?:(?<day>\d{1,2})[- ./])?(?<name>[A-Za-z]{3})[a-z]*[- ./](?<year>\d{4})$/.exec(text) ??
    /^(?<year>\d{4})(?:-(?<month>\d{2})(?:-(?<day>\d{2}))?)?$/.exec(text) ??
    /^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})$/.exec(text) ??
    // A day beyond twelve says which of the two it is.
    /^(?<day>1[3-9]|2\d|3[01])[./-](?<month>\d{1,2})[./-](?<year>\d{4})$/.exec(text)
  const parts = found?.groups
  if (parts === undefined) return undefined
  const year = Number(parts['year'])
  const month = parts['name'] === undefined ? optional(parts['month']) : months.indexOf(parts['name'].toLowerCase()) + 1
  const day = optional(parts['day'])
  if (year < 1880 || year > 2100 || month === 0 || (month ?? 1) > 12) return undefined
  if (day !== undefined && (day < 1 || day > daysOf(year, month ?? 1))) return undefined
  return [String(year), ...[month, day].flatMap((part) => (part === undefined ? [] : [String(part).padStart(2, '0')]))].join('-')
}

/** A number as hospitals give them: digits, with letters or hyphens around, and no space. */
function isRecordNumber(text: string): boolean {
  return /^#?[A-Za-z]{0,6}[-_]?\d[A-Za-z0-9\-_.]{1,30}$/.test(text) && (text.match(/\d/g)?.length ?? 0) >= 3
}

/**
 * Words that may stand anywhere in the name, and where there are several the same as one part of it: a server need compare no more than the
 * beginning of a part (FHIR R4 §3.1.1.4.8), and then finds "van der Berg" by none of `van`, `der` and `berg` together.
 */
function readName(text: string): readonly SearchReading[] {
  const words = text.split(' ')
  // `Jones 12-Mar-1961`: the date narrows the name.
  const last = words.length > 1 ? birthDate(words.at(-1) ?? '') : undefined
  const name = (last === undefined ? words : words.slice(0, -1)).join(' ')
  const date = last === undefined ? {} : { birthDate: last }
  const [family = '', given = '', ...more] = name.split(',').map((part) => part.trim())
  if (name.includes(',') && more.length === 0 && family !== '') return [{ kind: 'name', words: [], family, ...(given === '' ? {} : { given }), ...date }]
  const single = name.replaceAll(',', ' ').split(' ').filter((word) => word !== '')
  const apart: SearchReading = { kind: 'name', words: single.slice(0, mostWords), ...date }
  return single.length < 2 ? [apart] : [{ kind: 'name', words: [single.join(' ')], ...date }, apart]
}

/** FHIR search: `,` `|` and `$` separate values, `\` escapes them (https://hl7.org/fhir/R4/search.html#escaping). */
function escaped(value: string): string {
  return value.replace(/[\\,|$]/g, '\\$&')
}

function optional(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(digits)
}

function daysOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate()
}
