import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { textOfHtml } from './html-text.ts'
import { readBody, readNotes } from './note.ts'

const base64 = (text: string): string => btoa(String.fromCodePoint(...new TextEncoder().encode(text)))
const note = (more: object = {}): object => ({
  resourceType: 'DocumentReference', id: 'n', status: 'current', docStatus: 'final', type: { text: 'Progress note' }, date: '2024-06-01T10:00:00Z',
  author: [{ display: 'Ruth Adler, MD' }], content: [{ attachment: { contentType: 'text/plain', data: base64('Feels better.') } }], ...more,
}) // prettier-ignore
const one = (more: object) => readNotes([note(more)], 'UTC')[0]
const body = (contentType: string, text: string) => readBody({ contentType, data: base64(text) })

describe('a note', () => {
  it('has its type, author, date and text', () => {
    expect(one({})).toMatchObject({ kind: 'note', type: { text: 'Progress note' }, authors: [{ value: 'Ruth Adler, MD' }], body: { kind: 'text', text: 'Feels better.', damaged: false } })
  })

  it('that was superseded says so, and names what it replaces', () => {
    expect(one({ status: 'superseded', relatesTo: [{ code: 'replaces', target: { reference: 'DocumentReference/n0' } }] })).toMatchObject({ status: 'superseded', replaces: ['n0'], appends: [] })
  })

  it('that was entered in error is named, without its text', () => {
    for (const more of [{ status: 'entered-in-error' }, { docStatus: 'entered-in-error' }]) {
      expect(one(more)).toMatchObject({ kind: 'withdrawn-note', type: { text: 'Progress note' } })
      expect(JSON.stringify(one(more))).not.toContain('Feels')
    }
  })

  it('keeps what its author wrote, in any language, and loses control marks alone', () => {
    expect(body('text/plain; charset=UTF-8', 'Größe 1,80 m\r\n\r\n\r\n\r\nשלום\u0000 \u202eevil')).toEqual({ kind: 'text', text: 'Größe 1,80 m\n\nשלום evil', damaged: false })
    const latin = readBody({ contentType: 'text/plain; charset=iso-8859-1', data: btoa('Gr\u00f6\u00dfe') })
    expect(latin).toMatchObject({ text: 'Größe', damaged: false })
    expect(readBody({ contentType: 'text/plain', data: btoa('Gr\u00f6\u00dfe') })).toMatchObject({ kind: 'text', damaged: true })
  })

  it('is said to be elsewhere, of another kind, too large or unreadable, and is never silently empty', () => {
    expect(readBody({ contentType: 'text/plain', url: 'Binary/b' })).toEqual({ kind: 'elsewhere', url: 'Binary/b', contentType: 'text/plain' })
    expect(body('application/pdf', '%PDF')).toEqual({ kind: 'unsupported', contentType: 'application/pdf' })
    expect(readBody({ contentType: 'text/plain', data: '***' })).toEqual({ kind: 'malformed' })
    expect(readBody({ contentType: 'text/plain', data: 7 })).toEqual({ kind: 'malformed' })
    expect(readBody({ contentType: 'text/plain', data: 'A'.repeat(8_000_000) })).toEqual({ kind: 'too-large' })
    expect(readBody({ contentType: 'text/plain; charset=klingon', data: '' })).toMatchObject({ kind: 'unsupported' })
    expect(one({ content: [] })).toMatchObject({ body: { kind: 'not-recorded' } })
  })

  it('is shown in its plain form where it has several', () => {
    const content = ['application/pdf', 'text/html', 'text/plain'].map((contentType) => ({ attachment: { contentType, data: base64('same') } }))
    expect(one({ content })).toMatchObject({ body: { kind: 'text' } })
  })
})

describe('a note in HTML', () => {
  it('becomes lines, bullets and cells', () => {
    expect(body('text/html', '<h1>Plan</h1><ul><li>Rest</li><li>BP &lt; 140</li></ul><table><tr><td>K</td><td>4.0</td></tr></table>')).toMatchObject({ text: 'Plan\n\n• Rest\n\n• BP < 140\n\nK\t4.0' })
  })

  it('brings no script, style, attribute or comment with it', () => {
    const hostile = '<p onclick="x()">Seen</p><script>steal("1")</script><SCRIPT src=//e.example>2<style>p{}</style ><!-- 3 --><img src=x onerror=4><svg><script>5</script></svg>'
    expect(textOfHtml(hostile).trim()).toBe('Seen')
    expect(textOfHtml('a<script')).not.toContain('script')
    expect(textOfHtml('<scr<script>x</script>ipt>alert(1)</script>')).not.toContain('<script')
  })

  it('decodes each character reference once', () => {
    expect(textOfHtml('&amp;lt;b&amp;gt; &#60;i&#x3e; &deg;C &unknown; &#0; &#x110000;')).toBe('&lt;b&gt; <i> °C &unknown; \ufffd \ufffd')
  })

  it('is read in time that grows with its length, whatever it is', () => {
    const long = (piece: string): string => piece.repeat(400_000 / piece.length)
    const started = performance.now()
    for (const piece of ['<script', '<!--', '<', '</', '&', '<a ', ' ', '\n', '</script ', '<p>', '<li><']) expect(textOfHtml(long(piece))).toBeDefined()
    expect(readBody({ contentType: 'text/plain', data: btoa(`x${long(' ')}x${long('\t ')}`) }).kind).toBe('text')
    // Quadratic time would be minutes.
    expect(performance.now() - started).toBeLessThan(20_000)
  })

  it('is read without throwing, whatever it is', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (html) => void textOfHtml(html)))
  })

  it('brings nothing of a script with it, whatever stands around that', () => {
    const pieces = fc.array(fc.constantFrom('<', '>', '/', 'script', 'li', '<!--', '-->', ' ', '"', '&', 'lt;', 'x'), { maxLength: 30 })
    fc.assert(
      fc.property(pieces, pieces, (before, after) => {
        expect(textOfHtml(`${before.join('')}<script>steal</script>${after.join('')}`)).not.toContain('steal')
      }),
    )
  })

  it('may say "<script>": that is text which somebody wrote, and is shown as text', () => {
    expect(textOfHtml('use &lt;script> here')).toBe('use <script> here')
    expect(textOfHtml('<<b>script>')).toBe('<script>')
  })
})

it('notes stand newest first, what cannot be read first of all, and none is dropped', () => {
  const kinds = readNotes([note({ date: '2020' }), note({ date: '2024', id: 'new' }), 7, note({ date: undefined, id: 'undated' })], 'UTC')
  expect(kinds.map((row) => row.id ?? row.kind)).toEqual(['malformed', 'new', 'n', 'undated'])
  fc.assert(
    fc.property(fc.array(fc.anything()), fc.anything(), (entries, value) => {
      expect(readNotes(entries, 'UTC')).toHaveLength(entries.length)
      expect(readNotes([note({ content: value, author: value, relatesTo: value, date: value })], 'UTC')).toHaveLength(1)
    }),
  )
})
