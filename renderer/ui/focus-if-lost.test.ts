import { afterEach, expect, it, vi } from 'vitest'
import { focusIfLost } from './focus-if-lost.ts'

afterEach(() => vi.unstubAllGlobals())

/** Whether a button that appears takes the focus, where that is on something of the page, or fell to its body with what had it. */
function takes(where: 'body' | 'a field' | 'nothing'): boolean {
  const [body, field] = [{}, {}]
  vi.stubGlobal('document', { body, activeElement: where === 'body' ? body : where === 'a field' ? field : null })
  const focus = vi.fn<() => void>()
  focusIfLost({ focus } as unknown as HTMLElement)
  return focus.mock.calls.length > 0
}

it('what takes the place of what had the focus has it, and takes it from nothing else', () => {
  expect([takes('body'), takes('nothing'), takes('a field')]).toEqual([true, true, false])
})
