import { describe, expect, it } from 'vitest'
import { typedWords } from './trail-words.ts'

describe('what was typed, as the auditor reads it', () => {
  it('of a question to the trail has a line for each part, with its times as people read them', () => {
    const asked = JSON.stringify({ from: Date.UTC(2026, 10, 1, 8), to: Date.UTC(2026, 10, 28, 20, 2, 41), user: 'Nakamura', total: 3 })
    expect(typedWords(asked, 'trail-read', 'UTC')).toBe('from: 01-Nov-2026 08:00:00\nto: 28-Nov-2026 20:02:41\nuser: Nakamura\ntotal: 3')
  })

  it('is otherwise as it was typed, whatever it looks like', () => {
    const text = '{"from":1,"to":2}'
    for (const [typed, kind] of [[text, 'search'], ['osei', 'trail-read'], ['[1]', 'trail-read'], ['7', 'trail-read'], ['null', 'trail-read'], ['AuditEvent/e1', 'trail-read']] as const) expect(typedWords(typed, kind, 'UTC')).toBe(typed)
  })

  it('is shown too where its times are none', () => {
    expect(typedWords('{"from":1e300,"to":"soon","user":{"a":1}}', 'trail-read', 'UTC')).toBe('from: 1e+300\nto: soon\nuser: {"a":1}')
  })
})
