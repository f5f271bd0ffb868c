import type { InputOf, OutputOf, ProcedureName } from '../../../shared/contract/index.ts'
import { PatientId, ResourceId, TabId } from '../../../shared/contract/ids.ts'
import { validDeskCalls } from './valid-desk-calls.ts'

/** The patient that the calls are about. */
export const patient = PatientId.parse('7d0c1f2e')
const tab = TabId.parse('tab-00000001')
const document = ResourceId.parse('5e1f')
const file = '6f1c0c0e-8a51-4a6b-9d3a-0f4b7c1d2e3f'
const call = '0b6d9a52-47c1-4c3e-8f0a-9d1e2f3a4b5c'
const place = { tabs: [] }
const draft = { text: 'seen on the ward', caret: 3, typedAt: 1 }
const pin = '736104'
const freshness = { source: 'network', asOf: 1 } as const
const list = { patients: [], cut: false, freshness }

/** A call that each row takes, and an answer that it may give. A new row without one does not compile. */
export const validCalls: { readonly [N in ProcedureName]: { readonly input: InputOf<N>; readonly output: OutputOf<N> } } = {
  'app.info': { input: {}, output: { version: '0.1.0', environment: { kind: 'test', label: 'Test' }, site: 'Ward 7', workstation: { name: 'WS-1', code: '7KX2-M94Q' }, badgeReader: false, signIn: 'in-app' } },
  'session.current': { input: {}, output: { state: 'locked', epoch: 1, permissions: [], pin: 'set', signInPage: false, keeping: 'sealed' } },
  'session.signIn': { input: {}, output: {} },
  'session.cancelSignIn': { input: {}, output: {} },
  'session.switchTo': { input: { userKey: 'a'.repeat(26) }, output: {} },
  'session.challenge': { input: {}, output: { code: '7KX2M-94QRT', validMs: 600_000 } },
  'session.answerChallenge': { input: { response: '94QRT-7KX2M' }, output: { tries: 3 } },
  'session.lock': { input: {}, output: {} },
  'session.signOut': { input: {}, output: {} },
  'session.goWithoutKeeping': { input: {}, output: {} },
  'keychain.tryAgain': { input: {}, output: { standing: 'still' } },
  'session.readNotice': { input: {}, output: {} },
  'session.activity': { input: {}, output: {} },
  'vault.setPin': { input: { pin }, output: {} },
  'vault.unlock': { input: { pin }, output: {} },
  'patients.search': { input: { text: 'osei' }, output: list },
  'patients.mine': { input: {}, output: list },
  'patients.recent': { input: {}, output: list },
  'tab.open': { input: { patient }, output: { tab } },
  'tab.close': { input: { tab }, output: {} },
  'chart.section': { input: { patient, section: 'problems', cause: 'look', want: 'kept' }, output: { resources: [], freshness, refused: { wrongPatient: 0, malformed: 0 } } },
  'file.choose': { input: { call }, output: {} },
  'file.leave': { input: { call }, output: {} },
  'attachment.list': { input: { patient }, output: { attachments: [] } },
  'attachment.add': { input: { patient, grant: file }, output: { attachment: file, done: 0, bytes: 1 } },
  'attachment.step': { input: { patient, attachment: file }, output: { attachment: file, done: 1, bytes: 1 } },
  'attachment.remove': { input: { patient, attachment: file }, output: {} },
  'attachment.open': { input: { patient, attachment: file }, output: { file, kind: 'pdf', contentType: 'application/pdf', bytes: 5, partBytes: 1, freshness } },
  'attachment.send': { input: { patient, attachment: file }, output: { upload: { state: 'waiting' } } },
  'attachment.unsend': { input: { patient, attachment: file }, output: { upload: { state: 'kept' } } },
  'document.open': { input: { patient, document }, output: { file, kind: 'pdf', contentType: 'application/pdf', bytes: 5, partBytes: 1, freshness } },
  'document.part': { input: { patient, file, part: 0 }, output: { data: '' } },
  'document.close': { input: { patient, file }, output: {} },
  'place.recall': { input: {}, output: { place } },
  'place.keep': { input: { place }, output: {} },
  'hold.answer': { input: { patient, reason: 'cover', text: 'for Dr. Nakamura' }, output: {} },
  'draft.read': { input: { patient }, output: { draft } },
  'audit.events': {
    input: { filter: { from: 0, to: 1, patient }, sort: { by: 'at', descending: true } },
    output: { rows: [], order: 'server', refused: { wrongPatient: 0, malformed: 0 }, isPartial: false },
  },
  'audit.disclosures': { input: { patient, from: 0, to: 1 }, output: { disclosures: [], refused: { wrongPatient: 0, malformed: 0 }, isPartial: false } },
  'audit.text': { input: { entry: document }, output: { text: 'vandermeer' } },
  'audit.printers': { input: {}, output: { answered: true, printers: [{ printer: 'ward', label: 'ward' }] } },
  'audit.print': { input: { patient, printer: 'ward' }, output: {} },
  'audit.export': { input: { filter: { from: 0, to: 1, patient }, format: 'csv', report: 'audit-trail', call }, output: { saved: true, written: 1, refused: 0, isPartial: false } },
  'draft.save': { input: { patient, draft }, output: {} },
  ...validDeskCalls,
}
