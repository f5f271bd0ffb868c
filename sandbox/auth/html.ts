/** Markup that is safe to send: what was put into it has been escaped. */
export interface Html {
  readonly markup: string
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

type Part = string | Html | undefined

function render(part: Part): string {
  if (part === undefined) return ''
  return typeof part === 'string' ? part.replace(/[&<>"']/g, (character) => entities[character] ?? '') : part.markup
}

/** A template whose strings are escaped, in text and in quoted attributes. Markup nests as it is; undefined is nothing. */
export function html(literals: TemplateStringsArray, ...parts: Part[]): Html {
  return { markup: literals.reduce((text, literal, index) => text + render(parts[index - 1]) + literal) }
}
