/** Elements whose content is not for reading. */
const unread = 'script|style|head|title|template|noscript|iframe|object|svg|math|textarea|select|audio|video|canvas'
const hidden = new RegExp(`<(${unread})\\b[^>]*(?:>|$)[\\s\\S]*?(?:</\\1\\s*>|$)`, 'gi')
/** Elements that begin a line of their own. */
const block = /^(?:p|div|br|hr|h[1-6]|ul|ol|dl|dt|dd|table|tr|thead|tbody|section|article|header|footer|blockquote|pre|address|caption|fieldset)$/i

const named: Readonly<Record<string, string>> = {
  amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', deg: '°', micro: 'µ', plusmn: '±', le: '≤', ge: '≥', ne: '≠', times: '×',
  frac12: '½', frac14: '¼', sup2: '²', sup3: '³', middot: '·', bull: '•', hellip: '…', ndash: '–', mdash: '—', lsquo: '‘', rsquo: '’',
  ldquo: '“', rdquo: '”', alpha: 'α', beta: 'β', gamma: 'γ', mu: 'μ', larr: '←', uarr: '↑', rarr: '→', darr: '↓', eacute: 'é', aacute: 'á',
  iacute: 'í', oacute: 'ó', uacute: 'ú', ntilde: 'ñ', uuml: 'ü', ouml: 'ö', auml: 'ä', szlig: 'ß', ccedil: 'ç', egrave: 'è', copy: '©', reg: '®',
} // prettier-ignore

/**
 * The text of an HTML note: lines, bullets and table cells kept, no mark-up, no script. The result is plain text and is
 * to be shown as text alone; nothing of it is ever HTML again, whatever it looks like.
 */
export function textOfHtml(html: string): string {
  const visible = html.replace(/<!--[\s\S]*?(?:-->|$)/g, ' ').replace(hidden, ' ')
  const text = visible.replace(/\s+/g, ' ').replace(/<(\/?)([a-z][a-z0-9]*)\b[^>]*(?:>|$)|<[!?/][^>]*(?:>|$)/gi, (_tag, closing: string | undefined, name: string | undefined) => {
    if (name === undefined) return ''
    if (/^li$/i.test(name)) return closing === '' ? '\n• ' : '\n'
    if (/^t[dh]$/i.test(name)) return closing === '' ? '' : '\t'
    return block.test(name) ? '\n' : ''
  })
  return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z][a-z0-9]{1,10});/gi, (entity, body: string) => character(body) ?? entity)
}

function character(body: string): string | undefined {
  if (!body.startsWith('#')) return Object.hasOwn(named, body) ? named[body] : undefined
  const point = /^#x/i.test(body) ? Number.parseInt(body.slice(2), 16) : Number(body.slice(1))
  const isCharacter = point > 0 && point <= 0x10_ffff && !(point >= 0xd800 && point <= 0xdfff)
  return isCharacter ? String.fromCodePoint(point) : '\ufffd'
}
