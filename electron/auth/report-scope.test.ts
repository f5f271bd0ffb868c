import { describe, expect, it } from 'vitest'
import { isForReportsAlone, reportScope } from './report-scope.ts'

describe('a token for reports', () => {
  it('is one that can do nothing else', () => {
    expect(isForReportsAlone(['openid', reportScope])).toBe(true)
    for (const more of ['user/Patient.rs', 'user/AuditEvent.rs', 'user/*.rs']) expect(isForReportsAlone([reportScope, more]), more).toBe(false)
  })

  it('is none that gives orders at the support desk, though those read no record', () => {
    for (const more of ['lockout.read', 'lockout.order', 'lockout.alerts']) expect(isForReportsAlone([reportScope, more]), more).toBe(false)
  })
})
