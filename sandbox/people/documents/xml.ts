/** A piece of XML that is well-formed by itself. */
export interface Xml {
  readonly text: string
}

// oxlint-disable-next-line no-control-regex -- what XML 1.0 §2.2 does not allow at all, escaped or not
const forbidden = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g
const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

/** Text as it may stand between tags and in attributes. */
const escaped = (text: string): string => text.replace(forbidden, '').replace(/[&<>"']/g, (character) => escapes[character] ?? '')

type Part = Xml | readonly Xml[] | string | number | undefined

const written = (part: Part): string => {
  if (part === undefined) return ''
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part))
  return 'text' in part ? part.text : part.map(({ text }) => text).join('')
}

/** `xml\`<name>${name}</name>\``: text is escaped, pieces of XML are put in as they are, undefined is left out. */
export function xml(strings: TemplateStringsArray, ...parts: readonly Part[]): Xml {
  return { text: strings.reduce((text, string, place) => `${text}${written(parts[place - 1])}${string}`) }
}
