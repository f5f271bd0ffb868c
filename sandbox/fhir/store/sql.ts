import type { SQLInputValue } from 'node:sqlite'

/** A piece of SQL with the values of its `?`. Text comes from this folder alone; what came in a request is always a value. */
export interface Sql {
  readonly text: string
  readonly values: readonly SQLInputValue[]
}

/** `sql\`r.id = ${id}\``: an interpolated `Sql` is spliced in, anything else becomes a bound value. */
export function sql(strings: TemplateStringsArray, ...parts: readonly (Sql | SQLInputValue)[]): Sql {
  let text = strings[0] ?? ''
  const values: SQLInputValue[] = []
  for (const [index, part] of parts.entries()) {
    if (isSql(part)) {
      text += part.text
      values.push(...part.values)
    } else {
      text += '?'
      values.push(part)
    }
    text += strings[index + 1] ?? ''
  }
  return { text, values }
}

const isSql = (part: Sql | SQLInputValue): part is Sql => typeof part === 'object' && part !== null && 'text' in part

/** Joins pieces by a separator of ours. */
export function join(pieces: readonly Sql[], separator: ' AND ' | ' OR ' | ', '): Sql {
  return { text: pieces.map((piece) => piece.text).join(separator), values: pieces.flatMap((piece) => piece.values) }
}

/** A piece written here, without values. */
export const raw = (text: string): Sql => ({ text, values: [] })

/** A list as one bound value, so that its length does not make another statement. */
export const list = (values: Iterable<number | string>): Sql => sql`(SELECT value FROM json_each(${JSON.stringify([...values])}))`

export const anyOf = (pieces: readonly Sql[]): Sql => sql`(${join(pieces, ' OR ')})`
