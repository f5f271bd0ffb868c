import { describe, expect, it } from 'vitest'
import { firstPage, longestFirstPage } from './first-page.ts'

/** A start whose first page and whose time are in the hands of the test. */
function start() {
  const told: string[] = []
  let load: () => void = () => undefined
  let fail: (error: Error) => void = () => undefined
  let runOut: () => void = () => undefined
  const loaded = new Promise<void>((resolve, reject) => {
    load = resolve
    fail = reject
  })
  const limits: number[] = []
  const rest = firstPage({
    loaded,
    within: (work, milliseconds) => {
      limits.push(milliseconds)
      return Promise.race([work.then(() => 'done' as const), new Promise<'late'>((resolve) => (runOut = () => resolve('late')))])
    },
    painted: () => void told.push('painted'),
    log: { event: (name) => void told.push(name) },
  }).then(() => void told.push('went on'))
  return { told, rest, limits, load, fail: () => fail(new Error('ERR_FAILED')), runOut: () => runOut() }
}

/** Until all that was promised has been told. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('What a start leaves until its first page stands', () => {
  it('waits for the page', async () => {
    const { told, rest, load } = start()
    await settled()
    expect(told).toEqual([])
    load()
    await rest
    expect(told).toEqual(['painted', 'went on'])
  })

  it('goes on without a page that hangs, and the log says so', async () => {
    const { told, rest, limits, runOut } = start()
    await settled()
    expect({ told, limits }).toEqual({ told: [], limits: [longestFirstPage] })
    runOut()
    await rest
    expect(told).toEqual(['window.late', 'went on'])
  })

  it('says when a page stands after all', async () => {
    const { told, rest, load, runOut } = start()
    runOut()
    await rest
    load()
    await settled()
    expect(told).toEqual(['window.late', 'went on', 'painted'])
  })

  it('takes a page for nothing that fails when it was waited for long enough', async () => {
    const { told, rest, fail, runOut } = start()
    runOut()
    await rest
    fail()
    await settled()
    expect(told).toEqual(['window.late', 'went on'])
  })

  it('does not begin where the page cannot be loaded at all', async () => {
    const { told, rest, fail } = start()
    fail()
    await expect(rest).rejects.toThrow('ERR_FAILED')
    expect(told).toEqual([])
  })
})
