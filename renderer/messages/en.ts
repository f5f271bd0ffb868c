import { application } from './en/application.ts'
import { audit } from './en/audit.ts'
import { chart } from './en/chart.ts'
import { desk } from './en/desk.ts'
import { deskCases } from './en/desk-cases.ts'
import { deskOrders } from './en/desk-orders.ts'
import { documents } from './en/documents.ts'
import { keychain } from './en/keychain.ts'
import { hold } from './en/hold.ts'
import { measured } from './en/measured.ts'
import { patients } from './en/patients.ts'
import { recorded } from './en/recorded.ts'
import { session } from './en/session.ts'
import { workspace } from './en/workspace.ts'

/** English, the source of all wording. Keys are `place.thing`; plurals end in `_one` and `_other`. */
export const en = { ...application, ...session, ...keychain, ...workspace, ...hold, ...patients, ...chart, ...documents, ...measured, ...recorded, ...audit, ...desk, ...deskOrders, ...deskCases } as const
