import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { AuditHeader } from '../../shared/audit.ts'
import type { PageCaller } from '../rpc/ipc.electron.ts'
import { answerPages } from './answer-pages.ts'
import type { SessionEvent } from './machine.ts'
import { createSessionShell } from './shell.ts'
import { active, at, physician, policy, start } from './testing.ts'
import type { Workstation } from './workstation.ts'

const inputs: Readonly<Record<string, object>> = { 'file.choose': { call: randomUUID() }, 'audit.print': { patient: 'x', printer: 'ward' } }

/** What `main` answers to the page in front, with an audit that is as slow as the test wants. */
function workstation() {
  let write: () => void = () => undefined
  const written = new Promise<void>((resolve) => (write = resolve))
  const recorded: string[] = []
  let dialogs = 0
  const shell = createSessionShell({ moment: () => at(start), initial: { ...active, who: { ...physician, permissions: ['note:draft', 'audit:read'] } }, policy: () => policy, carryOut: () => undefined, changed: () => undefined })
  const note = ({ event, outcome }: AuditHeader) => void recorded.push(`${event} ${outcome}`)
  const parts = {
    dispatch: (event: SessionEvent) => shell.dispatch(event),
    session: shell.current,
    audit: { intent: async (header: AuditHeader) => (note(header), written), outcome: note },
    pickFile: async () => {
      dialogs += 1
      return undefined
    },
  }
  // What the rows of this test need of it, and no more.
  const answer = answerPages(parts as unknown as Workstation, { event: () => undefined, foreign: () => undefined, close: () => undefined } as never)
  let list: (printers: readonly object[]) => void = () => undefined
  const printed: unknown[] = []
  const listed = new Promise<readonly object[]>((resolve) => (list = resolve))
  const page = { getPrintersAsync: () => listed, print: (options: unknown, done: (taken: boolean) => void) => (printed.push(options), done(true)), once: () => undefined, off: () => undefined, isDestroyed: () => false }
  // A caller that the adapter has let in, with what the rows here ask of its page.
  const front = { isSpare: false, page } as unknown as PageCaller
  return { call: async (name: string) => JSON.stringify(await answer(front, name, inputs[name] ?? {})), write, list: () => list([{ name: 'ward', displayName: 'ward', description: '' }]), printed, recorded, shell, dialogs: () => dialogs }
}

describe('the dialog for a file, asked for by a page', () => {
  it('opens while the session is open', async () => {
    const { call, write, dialogs, recorded } = workstation()
    write()
    expect(await call('file.choose')).toContain('"ok":true')
    expect(dialogs()).toBe(1)
    expect(recorded).toEqual(['file.choose intent', 'file.choose success'])
  })

  it('is not opened over the lock screen where the page locks in the same moment @164.312(a)(2)(iii)', async () => {
    const { call, write, dialogs, recorded, shell } = workstation()
    const calls = [call('session.lock'), call('file.choose')]
    write()
    const [locked, chosen] = await Promise.all(calls)
    expect(locked).toContain('"ok":true')
    expect(chosen).toContain('"kind":"locked"')
    expect(shell.current().state).toBe('locked')
    expect(dialogs()).toBe(0)
    expect(recorded.toSorted()).toEqual(['file.choose intent', 'file.choose refused', 'session.lock intent', 'session.lock success'])
  })

  it('is not opened where an order of the desk locks between the click and its entry in the audit @164.312(a)(2)(iii)', async () => {
    const { call, write, dialogs, recorded, shell } = workstation()
    const chosen = call('file.choose')
    await new Promise(setImmediate)
    shell.dispatch({ type: 'lock-asked', reason: 'order' })
    write()
    expect(await chosen).toContain('"kind":"locked"')
    expect(dialogs()).toBe(0)
    expect(recorded).toEqual(['file.choose intent', 'file.choose refused'])
  })
})

describe('a print, asked for by a page', () => {
  it('is recorded before, and as what became of it', async () => {
    const { call, write, list, printed, recorded } = workstation()
    write()
    list()
    expect(await call('audit.print')).toContain('"ok":true')
    expect(printed).toHaveLength(1)
    expect(recorded).toEqual(['audit.print intent', 'audit.print success'])
  })

  it('is not begun where it locks while the printers are asked for, and recorded as not printed @164.312(a)(2)(iii)', async () => {
    const { call, write, list, printed, recorded, shell } = workstation()
    write()
    const asked = call('audit.print')
    await new Promise(setImmediate)
    shell.dispatch({ type: 'lock-asked', reason: 'order' })
    list()
    expect(await asked).toContain('"kind":"not-printed"')
    expect(printed).toEqual([])
    expect(recorded).toEqual(['audit.print intent', 'audit.print failed'])
  })
})
