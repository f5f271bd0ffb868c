import { describe, expect, it } from 'vitest'
import { ChartkeepError } from '../../shared/errors.ts'
import type { Effect, Session, SignedIn } from './machine.ts'
import type { RecordsListener } from './records-host.electron.ts'
import { createRecordsPost, type RecordsPostParts } from './records-post.ts'
import { createSessionShell } from './shell.ts'

const now = Date.UTC(2026, 0, 5, 7)
const policy = { warnAfterSeconds: 480, lockAfterSeconds: 600, absoluteSeconds: 43_200, offlineSeconds: 28_800, introspectSeconds: 300, whenTaken: 'stays-locked' } as const
const person = (userKey: string, pin: SignedIn['pin'] = 'set'): SignedIn => ({ userKey, user: { displayName: userKey, role: 'physician' }, permissions: ['chart:read'], authTime: now, pin })
const lockedBy = (who: SignedIn): Session => ({ state: 'locked', epoch: 2, who, reason: 'manual', since: now, needsSignIn: false })
const opened = { part: 'part-1', dataKey: 1, epoch: 1 }
const settle = () => new Promise((resolve) => setImmediate(resolve))

/** The post of one workstation, whose keychain answers when the test says so. */
async function postOf(initial: Session) {
  let [resolve, reject]: [() => void, (error: Error) => void] = [() => undefined, () => undefined]
  const answer = new Promise<void>((...both) => void ([resolve, reject] = both))
  const keychain = { resolve, reject }
  const effects: Effect[] = []
  const listeners: RecordsListener[] = []
  const asked: string[] = []
  const removed: string[] = []
  const noting = { meanwhile: (): void => undefined }
  const saving = { dialog: (): Promise<string | undefined> => Promise.resolve('/chosen') }
  const ask = (what: string) => async () => {
    asked.push(what)
    await answer
  }
  const shell = createSessionShell({ moment: () => ({ now, steady: now, ages: () => ({ unheard: 0, sinceSignIn: 0 }) }), initial, policy: () => policy, carryOut: (effect) => void effects.push(effect), changed: () => undefined })
  const parts = {
    session: shell.current,
    dispatch: shell.dispatch,
    front: () => ({ loaded: Promise.resolve() }),
    log: { event: () => undefined, foreign: () => undefined },
    vault: { folder: () => undefined, settleKeyPart: ask('settle'), releaseKeyPart: ask('release'), renewKeyPart: ask('renew'), succeedKeyPart: ask('succeed'), pinState: () => Promise.resolve('void'), triesLeft: () => Promise.resolve(0) },
    auth: { fhirUser: () => undefined, handOutToken: ask('token') },
    policy: () => ({ cache: {}, pin: {} }),
    ehr: () => Promise.resolve({}),
    startRecords: (_start: unknown, listener: RecordsListener) => {
      listeners.push(listener)
      return { end: () => Promise.resolve(), hold: () => undefined }
    },
    connect: () => undefined,
    disconnect: () => undefined,
    chooseFile: () => saving.dialog(),
    pickFile: async () => void asked.push('pick'),
    files: { begin: async (path: string) => (noting.meanwhile(), { path, part: `${path}.part` }), ended: (files: readonly string[]) => Promise.resolve(void removed.push(...files)) },
    newCorrelation: () => '00000000',
    holds: () => undefined,
    unsent: () => undefined,
    shut: () => undefined,
  }
  // What a lock screen's `records` needs of the workstation, and no more.
  const post = createRecordsPost(parts as unknown as RecordsPostParts)
  const prepare = async (userKey: string): Promise<RecordsListener> => {
    await post.prepare(userKey, false)
    const listener = listeners.at(-1)
    if (!listener) throw new Error('no records were started')
    return listener
  }
  return { shell, post, prepare, keychain, asked, removed, noting, saving }
}

const call = '5f0c9e3a-1f52-4c0e-9a55-0d6a3c1be7aa'
const [amara, nils] = [person('amara'), person('nils')]

describe('what comes late from the session that was on the screen before @164.312(a)(2)(i)', () => {
  it('a right PIN opens its own session', async () => {
    const { shell, prepare, keychain } = await postOf(lockedBy(amara))
    const hers = await prepare('amara')
    hers.unlocked(opened)
    keychain.resolve()
    await settle()
    expect(shell.current()).toMatchObject({ state: 'active', who: amara })
  })

  it('a right PIN whose owner chose somebody else’s session before it was through opens neither', async () => {
    const { shell, prepare, keychain, asked } = await postOf(lockedBy(amara))
    const hers = await prepare('amara')
    hers.unlocked(opened)
    shell.dispatch({ type: 'switch-asked', to: nils })
    keychain.resolve()
    await settle()
    expect(asked).toEqual(['settle'])
    expect(shell.current()).toMatchObject({ state: 'locked', who: nils, needsSignIn: false })
    // Nor once she is back: it was another lock.
    shell.dispatch({ type: 'switch-asked', to: amara })
    hers.unlocked(opened)
    await settle()
    expect(shell.current()).toMatchObject({ state: 'locked', who: amara, epoch: 4 })
  })

  it.each(['pin-wrong', 'keychain-locked', 'hsm-absent', 'vault-older'] as const)('a PIN that fails by %s says nothing of the other one’s', async (failure) => {
    const { shell, prepare, keychain } = await postOf(lockedBy(amara))
    const hers = await prepare('amara')
    hers.unlocked(opened)
    shell.dispatch({ type: 'switch-asked', to: nils })
    const before = shell.current()
    hers.unlockFailed(failure)
    keychain.reject(new ChartkeepError(failure))
    await settle()
    expect(shell.current()).toBe(before)
  })

  it('an EHR that ended the one session does not lock the other', async () => {
    const { shell, prepare, keychain } = await postOf({ state: 'active', epoch: 2, who: amara, lastInput: now, seenAt: now })
    const token = (await prepare('amara')).token(true, {} as never)
    shell.dispatch({ type: 'lock-asked', reason: 'manual' })
    shell.dispatch({ type: 'switch-asked', to: nils })
    shell.dispatch({ type: 'unlocked' })
    keychain.reject(new ChartkeepError('unauthorized'))
    await expect(token).rejects.toThrow()
    expect(shell.current()).toMatchObject({ state: 'active', who: nils })
  })

  it('gets no part of a key, sets no PIN and chooses no file in the other one’s session', async () => {
    const { shell, prepare, keychain, asked } = await postOf(lockedBy(amara))
    const hers = await prepare('amara')
    keychain.resolve()
    shell.dispatch({ type: 'switch-asked', to: nils })
    await expect(hers.keyPart('part-1')).rejects.toMatchObject({ kind: 'locked' })
    shell.dispatch({ type: 'unlocked' })
    await expect(hers.nextKeyPart('part-1')).rejects.toMatchObject({ kind: 'locked' })
    // A file's name says where a chart goes.
    expect(await hers.chooseFile({} as never)).toBeUndefined()
    expect(asked).toEqual([])
  })

  it('a PIN that was chosen just before the lock is not the other one’s', async () => {
    const unset = { state: 'active', epoch: 2, who: person('amara', 'unset'), lastInput: now, seenAt: now } as const
    const { shell, prepare, keychain } = await postOf(unset)
    const set = (await prepare('amara')).pinSet(opened)
    shell.dispatch({ type: 'lock-asked', reason: 'manual' })
    shell.dispatch({ type: 'sign-in-asked', someoneElse: true })
    shell.dispatch({ type: 'signed-in', who: person('nils', 'unset') })
    keychain.resolve()
    await set
    expect(shell.current()).toMatchObject({ state: 'active', who: { userKey: 'nils', pin: 'unset' } })
  })
})

describe('the dialog for a file to attach @164.312(a)(2)(iii)', () => {
  it('opens in an open session, and in no other', async () => {
    const { shell, post, prepare, asked } = await postOf({ state: 'active', epoch: 2, who: amara, lastInput: now, seenAt: now })
    await prepare('amara')
    await post.pickFile(call)
    shell.dispatch({ type: 'lock-asked', reason: 'order' })
    await expect(post.pickFile(call)).rejects.toMatchObject({ kind: 'locked' })
    shell.dispatch({ type: 'sign-in-asked' })
    await expect(post.pickFile(call)).rejects.toMatchObject({ kind: 'locked' })
    expect(asked).toEqual(['pick'])
  })
})

describe('the dialog in which a person says where to save', () => {
  it('whose process fails is no person who left it: the failure is told, and a file that was left is none', async () => {
    const { prepare, saving } = await postOf({ state: 'active', epoch: 2, who: amara, lastInput: now, seenAt: now })
    const hers = await prepare('amara')
    saving.dialog = () => Promise.reject(new ChartkeepError('file-dialog'))
    await expect(hers.chooseFile({} as never)).rejects.toMatchObject({ kind: 'file-dialog' })
    saving.dialog = () => Promise.resolve(undefined)
    expect(await hers.chooseFile({} as never)).toBeUndefined()
  })
})

describe('what was being exported', () => {
  it('is cleared away when the process that wrote it ends, whatever ended it; nothing that it was not given', async () => {
    const { prepare, removed } = await postOf({ state: 'active', epoch: 2, who: amara, lastInput: now, seenAt: now })
    const hers = await prepare('amara')
    expect(await hers.chooseFile({} as never)).toEqual({ path: '/chosen', part: '/chosen.part' })
    hers.fileEnded('/somebody-else')
    expect(removed).toEqual([])
    hers.ended()
    expect(removed).toEqual(['/chosen.part'])
    // It has said so itself: nothing is left to be done at its end.
    await hers.chooseFile({} as never)
    hers.fileEnded('/chosen.part')
    hers.ended()
    expect(removed).toEqual(['/chosen.part', '/chosen.part'])
  })

  it('is not begun where the workstation locked while its place was noted', async () => {
    const { shell, prepare, removed, noting } = await postOf({ state: 'active', epoch: 2, who: amara, lastInput: now, seenAt: now })
    noting.meanwhile = () => shell.dispatch({ type: 'lock-asked', reason: 'manual' })
    expect(await (await prepare('amara')).chooseFile({} as never)).toBeUndefined()
    expect(removed).toEqual(['/chosen.part'])
  })
})
