import { describe, expect, it } from 'vitest'
import type { PatientId, TabId } from '../../../shared/contract/index.ts'
import type { Bridge } from '../../bridge/index.ts'
import { attachmentPort } from './attach.ts'

/** The port of a note whose dialog for a file waits; what was asked of `main`, with the input. */
function waiting() {
  const asked: { readonly name: string; readonly call: unknown }[] = []
  let answer: () => void = () => undefined
  const bridge = {
    call: (name: string, { call }: { call: unknown }) => {
      asked.push({ name, call })
      return name === 'file.choose' ? new Promise((resolve) => (answer = () => resolve({}))) : Promise.resolve({})
    },
  }
  // All that is needed until there is a file.
  const port = attachmentPort(bridge as unknown as Bridge, () => Promise.resolve('tab-00000001' as TabId), 'p' as PatientId)
  return { port, asked, answer: () => answer() }
}

describe('a file that is to be attached, and is not after all', () => {
  it('gives up the very call that asked for it, so that no other dialog ends', async () => {
    const { port, asked, answer } = waiting()
    const left = new AbortController()
    const attaching = port.attach(left.signal, () => undefined)
    left.abort()
    answer()
    expect(await attaching).toBe(false)
    const call = expect.stringMatching(/^[0-9a-f-]{36}$/)
    expect(asked).toEqual([{ name: 'file.choose', call }, { name: 'file.leave', call }])
    expect(asked[1]?.call).toBe(asked[0]?.call)
    // Another time is another call.
    void port.attach(new AbortController().signal, () => undefined)
    expect(asked[2]?.call).not.toBe(asked[0]?.call)
  })

  it('gives up nothing once the dialog is answered', async () => {
    const { port, asked, answer } = waiting()
    const left = new AbortController()
    const attaching = port.attach(left.signal, () => undefined)
    answer()
    await attaching
    left.abort()
    expect(asked.map(({ name }) => name)).toEqual(['file.choose'])
  })
})
