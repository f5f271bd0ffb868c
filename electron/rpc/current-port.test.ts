import { describe, expect, it } from 'vitest'
import { currentPort } from './current-port.ts'
import { createPortClient, type TextPort } from './port-client.ts'

/** One `records` that answers what it is asked with its own name, where the test lets it. */
function records(name: string, answers = true) {
  const asked: string[] = []
  const port: TextPort = {
    onmessage: null,
    close: () => undefined,
    postMessage: (text) => {
      const { id, name: row } = JSON.parse(text)
      asked.push(row)
      if (answers) queueMicrotask(() => port.onmessage?.({ data: `{"id":${id},"reply":"${name}"}` }))
    },
  }
  return { asked, client: createPortClient(port, () => undefined) }
}

describe('the way to `records`', () => {
  it('is waited for by what is asked before there is one', async () => {
    const port = currentPort()
    const early = port.call('vault.unlock', '{}')
    port.join(records('first').client)
    expect(await early).toBe('"first"')
  })

  it('leads to the next one from the moment on in which the last one is to go', async () => {
    const port = currentPort()
    const [first, second] = [records('first'), records('second')]
    port.join(first.client)
    port.part()
    const between = port.call('vault.unlock', '{}')
    port.part()
    port.join(second.client)
    expect([await between, first.asked, second.asked]).toEqual(['"second"', [], ['vault.unlock']])
    expect(await port.call('patients.mine', '{}')).toBe('"second"')
  })

  it('fails what the last one was asked and did not answer, and sends it to no other', async () => {
    const port = currentPort()
    const [first, second] = [records('first', false), records('second')]
    port.join(first.client)
    const waiting = port.call('vault.unlock', '{}')
    await Promise.resolve()
    port.part()
    expect(JSON.parse(await waiting)).toMatchObject({ ok: false, failure: { kind: 'stale' } })
    port.join(second.client)
    expect(second.asked).toEqual([])
  })
})
