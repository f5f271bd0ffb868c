/** RFC 4180: lines end so. */
const lineEnd = '\r\n'

/**
 * The mark by which spreadsheets know UTF-8. RFC 4180 has no word on it; without it they show every name beyond ASCII as something else.
 */
export const csvBegin = '\ufeff'

/** One record of a CSV file (RFC 4180), with its line end. */
export function csvLine(cells: readonly string[]): string {
  return cells.map(csvCell).join(',') + lineEnd
}

/**
 * What spreadsheets take for a formula when a cell begins with it (OWASP, CSV Injection), white space before it notwithstanding, and in the wide
 * forms that some of them fold. A control character is neither shown nor harmless.
 */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const formula = /^[\s\u0000-\u001f]*[=+\-@\uff1d\uff0b\uff0d\uff20|%]|^[\t\r\n\u0000-\u001f]/

/**
 * The same within a cell: a spreadsheet whose list separator is a semicolon or a tab (much of Europe's) splits there, quotes or none, and the rest
 * begins a cell. The run before the sign is matched whole whether a sign follows or not, so that no text of blanks takes longer than its length.
 */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const split = /([;\t\r\n][;"\s\u0000-\u001f]*)([=+\-@\uff1d\uff0b\uff0d\uff20|%])?/g

/** Text stays text: what could be a formula gets an apostrophe before it. Every cell is quoted, so that nothing in it ends it. */
function csvCell(text: string): string {
  const begun = formula.test(text) ? `'${text}` : text
  const safe = begun.replace(split, (_, before: string, sign: string | undefined) => (sign === undefined ? before : `${before}'${sign}`))
  return `"${safe.replaceAll('"', '""')}"`
}
