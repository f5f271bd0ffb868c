import { refuse } from '../outcomes.ts'
import { readRecord, recordColumns, type StoredRecord } from '../store/record-row.ts'
import type { Include } from './search-plan.ts'
import { patientParameters, servedType } from '../access/served-types.ts'
import { list, raw, sql } from '../store/sql.ts'
import { textOf } from '../store/statements.ts'
import type { FhirStore } from '../store/store.ts'

/** How much a page may bring with it. What is more is refused, not cut off: a page that lacks some of it looks whole. */
const mostIncluded = 5000

const tooMany = () => refuse('too-costly', 'The page brings too many records with it: ask for fewer at a time.')

/** Whether a parameter names the patient of its record: that is answered from the compartment, and not indexed. */
const namesOwner = ({ parameter }: Include) => patientParameters.has(parameter.code) && servedType(parameter.type)?.about === 'patient'

/** What records point at. */
function pointedAt(store: FhirStore, include: Include, from: readonly StoredRecord[]): StoredRecord[] {
  const { parameter, target } = include
  const sources = from.filter(({ type }) => type === parameter.type)
  if (sources.length === 0) return []
  const { text, values } = sql`SELECT DISTINCT x.target FROM reference x WHERE x.parameter = ${parameter.number} AND x.record IN ${list(sources.map(({ key }) => key))}`
  const references = store.statements.all(text, ...values).map((row) => textOf(row, 'target'))
  const owners = namesOwner(include) ? [...new Set(sources.map(({ patient }) => patient))].flatMap((key) => store.patientByKey(key) ?? []) : []
  return [...owners.map(({ id }) => `Patient/${id}`), ...references]
    .map((reference) => reference.split('/'))
    .filter(([type, , ...rest]) => rest.length === 0 && (target === undefined || target === type))
    .flatMap(([type = '', id = '']) => store.find(type, id) ?? [])
}

/** What points at records. */
function pointingAt(store: FhirStore, include: Include, at: readonly StoredRecord[]): StoredRecord[] {
  const { parameter } = include
  const columns = raw(recordColumns)
  const { text, values } = namesOwner(include)
    ? sql`SELECT ${columns} FROM record r WHERE r.type = ${parameter.type} AND r.patient IN ${list(at.map(({ patient }) => patient))} LIMIT ${mostIncluded + 1}`
    : sql`SELECT DISTINCT ${columns} FROM reference x JOIN record r ON r.key = x.record
        WHERE x.parameter = ${parameter.number} AND x.target IN ${list(at.map(({ type, id }) => `${type}/${id}`))} LIMIT ${mostIncluded + 1}`
  return store.statements.all(text, ...values).map(readRecord)
}

/**
 * What a page brings with it: each record once, and none that is on the page. With `:iterate` what was brought is asked in turn, until
 * nothing new comes: records that point at each other in a circle end it.
 * @throws 400 where it is too much
 */
export function includedBy(
  store: FhirStore, includes: readonly Include[], page: readonly StoredRecord[], mayRead: (record: StoredRecord) => boolean,
): StoredRecord[] {
  const here = new Set(page.map(({ key }) => key))
  const all: StoredRecord[] = []
  let from = page
  let asked = includes
  while (from.length > 0 && asked.length > 0) {
    const fresh: StoredRecord[] = []
    for (const include of asked) {
      const found = include.isReverse ? pointingAt(store, include, from) : pointedAt(store, include, from)
      fresh.push(...found.filter((record) => !record.deleted && mayRead(record) && !here.has(record.key) && here.add(record.key)))
    }
    all.push(...fresh)
    if (all.length > mostIncluded) throw tooMany()
    from = fresh
    asked = includes.filter(({ iterates }) => iterates)
  }
  return all
}
