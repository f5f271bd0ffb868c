import { expect, it } from 'vitest'
import { orderEvents } from './order-kinds.ts'

it('an order travels as the event that OpenID has for it, letter for letter, and as one of ours where it has none: an EHR that is not ours sends these', () => {
  expect(orderEvents).toEqual({
    // OpenID CAEP 1.0 §3.1, §3.3
    'sign-out': 'https://schemas.openid.net/secevent/caep/event-type/session-revoked',
    'reset-pin': 'https://schemas.openid.net/secevent/caep/event-type/credential-change',
    // OpenID RISC 1.0 §2.3, §2.4
    'disable-user': 'https://schemas.openid.net/secevent/risc/event-type/account-disabled',
    'enable-user': 'https://schemas.openid.net/secevent/risc/event-type/account-enabled',
    lock: 'https://chartkeep.example/secevent/event-type/workstation-lock',
    wipe: 'https://chartkeep.example/secevent/event-type/workstation-wipe',
    'require-sign-in': 'https://chartkeep.example/secevent/event-type/sign-in-required',
    message: 'https://chartkeep.example/secevent/event-type/workstation-message',
  })
})
