import { describe, expect, it } from 'vitest'
import { draftOf, emptyAlertDraft, withDraft, withoutSent } from './alert-drafts.ts'

describe('what somebody writes about alerts', () => {
  it('is kept for each of them apart, with what they found', () => {
    const drafts = withDraft(withDraft(new Map(), 'a', { comment: 'Rang the ward' }), 'b', { comment: 'Asked compliance', finding: 'passed-on' })
    expect(draftOf(drafts, 'a')).toEqual({ comment: 'Rang the ward', finding: 'harmless' })
    expect(draftOf(drafts, 'b')).toEqual({ comment: 'Asked compliance', finding: 'passed-on' })
    expect(draftOf(drafts, 'c')).toBe(emptyAlertDraft)
  })

  it('goes when it was sent, and more of it that was written meanwhile does not', () => {
    const drafts = withDraft(new Map(), 'a', { comment: 'Rang the ward', finding: 'confirmed' })
    expect(draftOf(withoutSent(drafts, 'a', 'Rang the ward'), 'a')).toEqual({ comment: '', finding: 'confirmed' })
    expect(withoutSent(withDraft(drafts, 'a', { comment: 'Rang the ward. They' }), 'a', 'Rang the ward').get('a')?.comment).toBe('Rang the ward. They')
  })

  it('is not kept where it was taken away again', () => expect(withDraft(withDraft(new Map(), 'a', { comment: 'x' }), 'a', { comment: '' }).size).toBe(0))
})
