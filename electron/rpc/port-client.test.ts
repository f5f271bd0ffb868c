import { describe, expect, it } from 'vitest'
import { createPortClient, type TextPort } from './port-client.ts'

function fakePort() {
  const sent: string[] = []
  const port: TextPort = { postMessage: (text) => void sent.push(text), close: () => undefined, onmessage: null }
  return { port, sent, receive: (data: unknown) => port.onmessage?.({ data }) }
}

describe('a call over a port', () => {
  it('gets the reply of its own number, in whatever order they come', async () => {
    const { port, sent, receive } = fakePort()
    const client = createPortClient(port, () => undefined)
    const first = client.call('chart.section', '{"a":1}')
    const second = client.call('chart.section', '{"a":2}')
    expect(JSON.parse(sent[1] ?? '')).toEqual({ id: 2, name: 'chart.section', input: { a: 2 } })
    receive('{"id":2,"reply":{"ok":true,"value":"two"}}')
    receive('{"id":1,"reply":{"ok":true,"value":"one"}}')
    expect(await first).toBe('{"ok":true,"value":"one"}')
    expect(await second).toBe('{"ok":true,"value":"two"}')
  })

  it('is not answered by rubbish, and fails as stale when the port closes', async () => {
    const { port, receive } = fakePort()
    const client = createPortClient(port, () => undefined)
    const waiting = client.call('draft.read', '{}')
    for (const rubbish of [42, null, '', '{"id":1', '{"id":"1","reply":{}}', '{"id":7,"reply":{}}']) receive(rubbish)
    client.close()
    expect(JSON.parse(await waiting)).toMatchObject({ ok: false, failure: { kind: 'stale' } })
    expect(JSON.parse(await client.call('draft.read', '{}'))).toMatchObject({ ok: false, failure: { kind: 'stale' } })
  })

  it('that is left says so to the other side, once, and takes no answer any more', async () => {
    const { port, sent, receive } = fakePort()
    const client = createPortClient(port, () => undefined)
    const left = new AbortController()
    const waiting = client.call('patients.search', '{}', left.signal)
    left.abort()
    expect(JSON.parse(await waiting)).toMatchObject({ ok: false, failure: { kind: 'cancelled' } })
    receive('{"id":1,"reply":{"ok":true,"value":"late"}}')
    client.close()
    expect(sent.slice(1)).toEqual(['{"leave":1}'])
  })

  it('that is left before it began is never sent, and one that was answered is not left', async () => {
    const { port, sent, receive } = fakePort()
    const client = createPortClient(port, () => undefined)
    expect(JSON.parse(await client.call('patients.search', '{}', AbortSignal.abort()))).toMatchObject({ failure: { kind: 'cancelled' } })
    const left = new AbortController()
    const answered = client.call('patients.search', '{}', left.signal)
    receive('{"id":1,"reply":{"ok":true,"value":"in time"}}')
    left.abort()
    expect(await answered).toBe('{"ok":true,"value":"in time"}')
    expect(sent).toHaveLength(1)
  })

  it('that went with the port is not sent again, and answered once; the same call made later is another one', async () => {
    const { port, sent, receive } = fakePort()
    const client = createPortClient(port, () => undefined, [{ name: 'chart.section', input: '{"a":1}' }, { name: 'chart.section', input: '{"a":2}' }])
    receive('{"id":2,"reply":{"ok":true,"value":"two"}}')
    const first = client.call('chart.section', '{"a":1}')
    const second = client.call('chart.section', '{"a":2}')
    expect(sent).toEqual([])
    receive('{"id":1,"reply":{"ok":true,"value":"one"}}')
    expect(await first).toBe('{"ok":true,"value":"one"}')
    expect(await second).toBe('{"ok":true,"value":"two"}')
    void client.call('chart.section', '{"a":1}')
    void client.call('draft.read', '{"a":2}')
    expect(sent.map((text) => JSON.parse(text).id)).toEqual([3, 4])
  })

  it('that went with the port fails as stale when the port closes before its answer', async () => {
    const { port } = fakePort()
    const client = createPortClient(port, () => undefined, [{ name: 'chart.section', input: '{}' }])
    client.close()
    expect(JSON.parse(await client.call('chart.section', '{}'))).toMatchObject({ failure: { kind: 'stale' } })
  })

  it('hands events to their listener', () => {
    const { port, receive } = fakePort()
    const heard: string[] = []
    createPortClient(port, (text) => heard.push(text))
    receive('{"event":"connection","online":false,"since":1}')
    expect(heard).toHaveLength(1)
  })
})
