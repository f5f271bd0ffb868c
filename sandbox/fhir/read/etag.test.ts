import { describe, expect, it } from 'vitest'
import { matches, pageTag, versionOfTag, versionTag } from './etag.ts'

describe('the tag of a version', () => {
  it('is another one where only demographics are shown, so that a glass once broken is not answered with "not modified"', () => {
    expect(versionTag(3)).toBe('W/"3"')
    expect(versionTag(3, 'demographics')).not.toBe(versionTag(3))
  })

  it('is read back from If-Match, weak or strong', () => {
    expect(versionOfTag('W/"12"')).toBe(12)
    expect(versionOfTag('"12"')).toBe(12)
  })

  it.each(['12', 'W/"a"', 'W/"1", W/"2"', '', '"-1"'])('is not taken from %j', (header) => expect(versionOfTag(header)).toBeUndefined())

  it('matches any of a list, and a star', () => {
    expect(matches('W/"1", "2"', 'W/"2"')).toBe(true)
    expect(matches('*', 'W/"2"')).toBe(true)
    expect(matches('W/"21"', 'W/"2"')).toBe(false)
    expect(matches(undefined, 'W/"2"')).toBe(false)
  })
})

describe('the tag of a page', () => {
  const page = { asked: [['patient', 'a']], records: [{ key: 1, version: 1, sight: 'full' }], total: 1, hasNext: false } as const

  it('stays while nothing changes', () => expect(pageTag({ ...page })).toBe(pageTag(page)))

  it.each([
    ['a record changes', { records: [{ key: 1, version: 2, sight: 'full' }] }],
    ['another record comes', { records: [{ key: 1, version: 1, sight: 'full' }, { key: 2, version: 1, sight: 'full' }] }],
    ['less of it is shown', { records: [{ key: 1, version: 1, sight: 'demographics' }] }],
    ['the total changes', { total: 2 }],
    ['another page follows', { hasNext: true }],
    ['something else was asked by the same address', { asked: [['patient', 'b']] }],
  ] as const)('changes when %s', (_what, change) => expect(pageTag({ ...page, ...change })).not.toBe(pageTag(page)))
})
