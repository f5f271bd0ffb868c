import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { wayBack } from './way-back.ts'

const focused = { now: undefined as unknown }
class Part {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
  focus(): void {
    focused.now = this.name
  }
}
const body = { name: 'body' }
beforeEach(() => {
  vi.stubGlobal('HTMLElement', Part)
  vi.stubGlobal('document', { body, get activeElement() { return typeof focused.now === 'string' ? { name: focused.now } : body } })
})
afterEach(() => {
  vi.unstubAllGlobals()
  focused.now = undefined
})

/** Somebody comes to the button of a notice from there, presses it, and the button goes; `then`: where the focus is by that time, if anywhere. */
function reads(from: readonly (Part | null)[], then?: string): unknown {
  const way = wayBack()
  for (const each of from) way.cameFrom(each as unknown as EventTarget)
  focused.now = then
  way.goBack()
  return focused.now
}

describe('who has read what support says', () => {
  it('goes on in the field where they were, though they came to the button by way of nothing else', () => {
    expect(reads([new Part('PIN')])).toBe('PIN')
    expect(reads([new Part('note'), null])).toBe('note')
  })

  it('is taken nowhere where they were nowhere, nor from where they have gone on meanwhile', () => {
    expect(reads([null])).toBeUndefined()
    expect(reads([new Part('PIN')], 'search')).toBe('search')
  })
})
