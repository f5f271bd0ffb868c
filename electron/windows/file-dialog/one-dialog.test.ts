import { describe, expect, it } from 'vitest'
import { oneDialog } from './one-dialog.ts'

/** Dialogs that wait for whoever answers them; `there`: whose are on the screen. */
function screen() {
  const there = new Set<string>()
  const answers = new Map<string, (path: string | undefined) => void>()
  const dialog = oneDialog()
  const ask = (call: string) =>
    dialog.answerOf(call, () => {
      there.add(call)
      const answer = new Promise<string | undefined>((resolve) => {
        answers.set(call, (path) => {
          there.delete(call)
          resolve(path)
        })
      })
      return { answer, leave: () => answers.get(call)?.(undefined) }
    })
  return { dialog, ask, there: () => [...there], answer: (call: string, path: string) => answers.get(call)?.(path) }
}

describe('the one dialog for a file', () => {
  it('gives what the person chose in it', async () => {
    const { ask, answer } = screen()
    const asked = ask('a')
    answer('a', '/chosen')
    expect(await asked).toBe('/chosen')
  })

  it('goes when its call is given up', async () => {
    const { dialog, ask, there } = screen()
    const asked = ask('a')
    dialog.giveUp('a')
    expect(there()).toEqual([])
    expect(await asked).toBeUndefined()
  })

  it('does not open for a call that was given up while it was recorded; the next one does', async () => {
    const { dialog, ask, there } = screen()
    dialog.giveUp('a')
    expect(await ask('a')).toBeUndefined()
    expect(there()).toEqual([])
    void ask('b')
    expect(there()).toEqual(['b'])
  })

  it('stays when another call is given up that was answered long ago, or has its dialog no more', async () => {
    const { dialog, ask, answer, there } = screen()
    const first = ask('a')
    answer('a', '/report.csv')
    await first
    void ask('b')
    dialog.giveUp('a')
    dialog.giveUp('never asked')
    expect(there()).toEqual(['b'])
  })

  it('gives way to the one that is asked for next, and goes at a lock, whosever it is', async () => {
    const { dialog, ask, there } = screen()
    const first = ask('a')
    const second = ask('b')
    expect(await first).toBeUndefined()
    expect(there()).toEqual(['b'])
    dialog.end()
    expect(there()).toEqual([])
    expect(await second).toBeUndefined()
  })

  it('remembers no more of them than can be under way', () => {
    const { dialog, ask, there } = screen()
    for (let call = 0; call < 1_000; call += 1) dialog.giveUp(String(call))
    void ask('999')
    expect(there()).toEqual([])
    void ask('0')
    expect(there()).toEqual(['0'])
  })
})
