import { theOne } from './conditions.ts'
import type { Context } from '../context.ts'
import { pairsOf } from '../exchange.ts'
import { refuse } from '../outcomes.ts'
import { servedType } from '../access/served-types.ts'

/** What entries of a transaction are called in it, and what they are called here. */
export type References = ReadonlyMap<string, string>

const conditional = /^([A-Z][A-Za-z]+)\?(.+)$/
const quotedName = /(["'])(urn:(?:uuid|oid):[^"']{1,200})\1/g

/** A reference by condition, `Patient?identifier=…`, as the record that it names (FHIR R4 §3.1.0.11.2). @throws 412 where it names none. */
function resolved(text: string, context: Context): string {
  const [, type = '', query = ''] = conditional.exec(text) ?? []
  if (servedType(type) === undefined) return text
  const there = theOne(context, type, pairsOf(query))
  if (there === undefined) throw refuse('precondition-failed', 'A reference by condition names no record.')
  return `${type}/${there.id}`
}

function rewriteText(text: string, key: string, references: References, context: Context): string {
  const known = references.get(text)
  if (known !== undefined) return known
  if (key === 'reference') return resolved(text, context)
  if (key === 'div') return text.replace(quotedName, (whole, quote: string, name: string) => {
    const target = references.get(name)
    return target === undefined ? whole : `${quote}${target}${quote}`
  })
  return text
}

/**
 * A resource in which each name of an entry of the same transaction is replaced by its address here: in references, in other
 * addresses (a document names its content by one), and in links of the narrative. Its depth has been checked.
 */
export function rewrite(value: unknown, references: References, context: Context, key = ''): unknown {
  if (typeof value === 'string') return rewriteText(value, key, references, context)
  if (Array.isArray(value)) return value.map((item) => rewrite(item, references, context, key))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, rewrite(inner, references, context, name)]))
}
