import { describe, expect, it } from 'vitest'
import { firstPage, longestFirstPage, longestFirstPaint } from './first-page.ts'

/** A promise that the test settles. */
function pending() {
  let resolve: () => void = () => undefined
  let reject: (error: Error) => void = () => undefined
  const promise = new Promise<void>((done, failed) => {
    resolve = done
    reject = failed
  })
  return { promise, resolve, reject }
}

/** A start whose first page and whose time are in the hands of the test. */
function start() {
  const told: string[] = []
  const limits: number[] = []
  const [loading, painting] = [pending(), pending()]
  let runOut: () => void = () => undefined
  const rest = firstPage({
    loaded: loading.promise,
    painted: painting.promise,
    within: (work, milliseconds) => {
      limits.push(milliseconds)
      const late = new Promise<'late'>((resolve) => {
        runOut = () => resolve('late')
      })
      return Promise.race([work.then(() => 'done' as const), late])
    },
    stands: () => void told.push('stands'),
    log: { event: (name) => void told.push(name) },
  }).then(() => void told.push('went on'))
  return { told, limits, rest, load: loading.resolve, fail: () => loading.reject(new Error('ERR_FAILED')), paint: painting.resolve, runOut: () => runOut() }
}

/** Until all that was promised has been told. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('What a start leaves until its first page is painted', () => {
  it('waits for the page to load, and then for its paint', async () => {
    const { told, limits, rest, load, paint } = start()
    load()
    await settled()
    expect({ told, limits }).toEqual({ told: [], limits: [longestFirstPage, longestFirstPaint] })
    paint()
    await rest
    expect(told).toEqual(['stands', 'went on'])
  })

  it('does not wait for ever for the paint of a page that nobody can see', async () => {
    const { told, rest, load, runOut } = start()
    load()
    await settled()
    runOut()
    await rest
    expect(told).toEqual(['stands', 'went on'])
  })

  it('goes on without a page that hangs, and the log says so', async () => {
    const { told, limits, rest, runOut } = start()
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
    expect(told).toEqual(['window.late', 'went on', 'stands'])
  })

  it('does not end when a page fails that was waited for long enough', async () => {
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
