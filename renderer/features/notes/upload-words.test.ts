import { describe, expect, it } from 'vitest'
import type { Upload } from '../../../shared/contract/attachments.ts'
import { t } from '../../messages/index.ts'
import { offListOf, sizeWords, uploadWords } from './upload-words.ts'

const at = Date.UTC(2026, 10, 12, 10, 2)
const said = (upload: Upload) => {
  const offList = offListOf(upload.state)
  return { words: uploadWords(upload, at, 'UTC'), offered: offList === undefined ? undefined : t(`attachments.${offList}`) }
}

describe('somebody who sent the wrong file', () => {
  it('is offered to clear the list alone, and reads that the file stays in the record', () => {
    const { words, offered } = said({ state: 'sent', at })
    expect(words).toContain('In the record since 10:02.')
    expect(words).toContain('stays in the record')
    expect(offered).toMatch(/\blist\b/)
    expect(offered).not.toMatch(/remove|delete/i)
  })

  it.each<Upload>([{ state: 'waiting' }, { state: 'sending', share: 0.5 }, { state: 'unconfirmed' }])('is offered nothing that would hide one that is $state', (upload) => {
    expect(said(upload).offered).toBeUndefined()
  })

  it.each<Upload>([{ state: 'kept' }, { state: 'refused', failure: 'too-large' }])('may remove one that is $state, which is here alone', (upload) => {
    const { words, offered } = said(upload)
    expect(words).toContain('Not in the record.')
    expect(offered).toBe('Remove…')
  })
})

describe('the size of a file', () => {
  it('is rounded up', () => {
    expect([1, 104_858, 104_859, 25 * 1024 * 1024].map((bytes) => sizeWords(bytes))).toEqual(['0.1 MB', '0.1 MB', '0.2 MB', '25.0 MB'])
  })
})
