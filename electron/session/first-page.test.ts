import { describe, expect, it } from 'vitest'
import { firstPage, longestFirstPage, longestFirstPaint, longestRecord } from './first-page.ts'

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
  const [loading, painting, disk] = [pending(), pending(), pending()]
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
    record: async () => {
      told.push('records')
      await disk.promise
      told.push('recorded')
    },
    log: { event: (name) => void told.push(name) },
  }).then(() => void told.push('went on'))
  return { told, limits, rest, load: loading.resolve, fail: () => loading.reject(new Error('ERR_FAILED')), paint: painting.resolve, runOut: () => runOut(), keep: disk.resolve }
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
    expect(told).toEqual(['stands', 'records', 'went on'])
  })

  it('does not wait for ever for the paint of a page that nobody can see', async () => {
    const { told, rest, load, runOut } = start()
    load()
    await settled()
    runOut()
    await rest
    expect(told).toEqual(['stands', 'records', 'went on'])
  })

  it('goes on without a page that hangs, and the log says so', async () => {
    const { told, limits, rest, runOut } = start()
    await settled()
    expect({ told, limits }).toEqual({ told: [], limits: [longestFirstPage] })
    runOut()
    await rest
    expect(told).toEqual(['window.late', 'records', 'went on'])
  })

  it('says when a page stands after all', async () => {
    const { told, rest, load, runOut } = start()
    runOut()
    await rest
    load()
    await settled()
    expect(told).toEqual(['window.late', 'records', 'went on', 'stands'])
  })

  it('does not end when a page fails that was waited for long enough', async () => {
    const { told, rest, fail, runOut } = start()
    runOut()
    await rest
    fail()
    await settled()
    expect(told).toEqual(['window.late', 'records', 'went on'])
  })

  it('does not begin where the page cannot be loaded at all, and what the start did is on the disk by then', async () => {
    const { told, limits, rest, fail, keep } = start()
    fail()
    await settled()
    expect({ told, limits }).toEqual({ told: ['records'], limits: [longestFirstPage, longestRecord] })
    keep()
    await expect(rest).rejects.toThrow('ERR_FAILED')
    expect(told).toEqual(['records', 'recorded'])
  })

  it('does not wait for ever for a disk that hangs', async () => {
    const { told, rest, fail, runOut } = start()
    fail()
    await settled()
    runOut()
    await expect(rest).rejects.toThrow('ERR_FAILED')
    expect(told).toEqual(['records'])
  })
})
