import { describe, expect, it } from 'vitest'
import { createOsIdle } from './os-idle.ts'

/** What is believed of a counter that is read once a second and says that, one after the other; an error is thrown. */
function believed(...says: readonly (number | Error)[]): readonly (number | undefined)[] {
  let at = 0
  const left = [...says]
  const read = createOsIdle({
    monotonic: () => at,
    counter() {
      const said = left.shift() ?? Number.NaN
      if (said instanceof Error) throw said
      return said
    },
  })
  return says.map(() => {
    at += 1_000
    return read()
  })
}
const none = undefined

describe('the operating system’s word for how long nobody has typed', () => {
  it('is believed once input was seen to set it back', () => {
    expect(believed(3, 4, 0, 1, 2, 3)).toEqual([none, none, 0, 1, 2, 3])
  })

  it('is worth nothing where it counts up for ever: it does not see what is typed here', () => {
    expect(believed(590, 591, 592, 600, 601, 602)).toEqual([none, none, none, none, none, none])
  })

  it('is worth nothing, and does no harm, where it says 0 for ever', () => {
    expect(believed(0, 0, 0, 0)).toEqual([none, none, none, none])
  })

  it.each<[string, number | Error]>([['fails', new Error('no display')], ['says -1', -1], ['says NaN', Number.NaN], ['says Infinity', Number.POSITIVE_INFINITY], ['jumps ahead of time', 9_000]])('is not believed any more where it %s, until input sets it back again', (_what, said) => {
    expect(believed(2, 0, 1, said, 2, 3, 0, 1).slice(0, 4)).toEqual([none, 0, 1, none])
    expect(believed(2, 0, 1, said, 9_001, 9_002, 3).slice(4, 6)).toEqual([none, none])
    expect(believed(2, 0, 1, said, 2, 3, 0, 1).slice(6)).toEqual([0, 1])
  })
})
