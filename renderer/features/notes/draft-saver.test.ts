import { describe, expect, it } from 'vitest'
import type { Draft } from '../../../shared/contract/index.ts'
import type { FailureKind } from '../../../shared/errors.ts'
import { CallFailure } from '../../bridge/index.ts'
import { DraftSaver } from './draft-saver.ts'

/** A saver on a clock that only the test moves, over a disk that the test can break or hold up. */
function bench() {
  let now = 1_000
  const timers: { at: number; run: () => void }[] = []
  const disk: Draft[] = []
  const tries = { count: 0 }
  const control = { broken: undefined as FailureKind | undefined, hold: undefined as Promise<void> | undefined }
  const saver = new DraftSaver(
    {
      clock: { now: () => now },
      async save(draft) {
        await control.hold
        tries.count += 1
        if (control.broken) throw new CallFailure(control.broken, '0badf00d')
        disk.push(draft)
      },
      after(milliseconds, run) {
        const timer = { at: now + milliseconds, run }
        timers.push(timer)
        return () => void timers.splice(timers.indexOf(timer), 1)
      },
    },
    undefined,
  )
  const pass = async (milliseconds: number) => {
    const until = now + milliseconds
    for (;;) {
      const due = timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0]
      if (!due) break
      timers.splice(timers.indexOf(due), 1)
      now = due.at
      due.run()
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
    }
    now = until
  }
  return { saver, disk, control, pass, tries }
}

describe('a note that is being written', () => {
  it('is on disk 200 ms after a key, and says so', async () => {
    const { saver, disk, pass } = bench()
    saver.type('Chest pain', 10)
    expect(saver.state).toEqual({ state: 'unsaved' })
    await pass(200)
    expect(disk.map((draft) => draft.text)).toEqual(['Chest pain'])
    expect(saver.state).toEqual({ state: 'saved', at: 1_200 })
  })

  it('is saved while someone types without a pause, never more than 200 ms behind', async () => {
    const { saver, disk, pass } = bench()
    let text = ''
    for (let key = 0; key < 30; key += 1) {
      text += 'x'
      saver.type(text, text.length)
      await pass(100)
    }
    expect(disk.length).toBeGreaterThanOrEqual(9)
  })

  it('is saved at once when the lock asks for it, with the newest text', async () => {
    const { saver, disk } = bench()
    saver.type('almost', 6)
    saver.type('almost lost', 11)
    await saver.flush()
    expect(disk.at(-1)).toMatchObject({ text: 'almost lost', caret: 11 })
  })

  it('saves what was typed while an earlier save was still running', async () => {
    const { saver, disk, control, pass } = bench()
    let release: () => void = () => undefined
    control.hold = new Promise((resolve) => {
      release = resolve
    })
    saver.type('one', 3)
    await pass(200)
    saver.type('one two', 7)
    const flushed = saver.flush()
    release()
    await flushed
    expect(disk.map((draft) => draft.text)).toEqual(['one', 'one two'])
  })

  it('says that it is not saved when the disk is full, keeps the text, and saves it when there is room again', async () => {
    const { saver, disk, control, pass } = bench()
    control.broken = 'disk-full'
    saver.type('precious', 8)
    await pass(200)
    expect(saver.state).toMatchObject({ state: 'failed', failure: { kind: 'disk-full' } })
    expect(saver.draft.text).toBe('precious')
    control.broken = undefined
    await pass(2_000)
    expect(disk.at(-1)?.text).toBe('precious')
    expect(saver.state.state).toBe('saved')
  })

  it('stops trying where nothing may be kept, and goes on saying so', async () => {
    const { saver, control, pass, tries } = bench()
    control.broken = 'vault-unavailable'
    saver.type('a', 1)
    await pass(200)
    saver.type('ab', 2)
    await pass(10_000)
    await saver.flush()
    expect(tries.count).toBe(1)
    expect(saver.state).toMatchObject({ state: 'failed', failure: { kind: 'vault-unavailable' } })
    expect(saver.draft.text).toBe('ab')
  })

  it('never says "saved" of a text that was changed since', async () => {
    const { saver, control, pass } = bench()
    let release: () => void = () => undefined
    control.hold = new Promise((resolve) => {
      release = resolve
    })
    saver.type('old', 3)
    await pass(200)
    saver.type('new', 3)
    release()
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
    expect(saver.state).toEqual({ state: 'unsaved' })
  })
})
