import { Readable } from 'node:stream'
import { createGzip } from 'node:zlib'

const megabyte = 1024 * 1024

/** A searchset of so many megabytes, made while it is sent: the sandbox does not hold it either. */
export function bulkBody(type: string, patient: string, megabytes: number, shape: 'entries' | 'one-entry'): Readable {
  function* pieces(): Generator<string> {
    yield `{"resourceType":"Bundle","type":"searchset","entry":[`
    if (shape === 'one-entry') {
      yield `{"resource":{"resourceType":"${type}","id":"bulk","subject":{"reference":"Patient/${patient}"},"text":"`
      for (let sent = 0; sent < megabytes * megabyte; sent += 65_536) yield 'x'.repeat(65_536)
      yield '"}}'
    } else {
      for (let sent = 0, index = 0; sent < megabytes * megabyte; index += 1) {
        const subject = `{"reference":"Patient/${patient}"}`
        const entry = `${index === 0 ? '' : ','}{"resource":{"resourceType":"${type}","id":"bulk-${index}","subject":${subject},"patient":${subject},"code":{"text":"${'x'.repeat(1_900)}"}}}`
        sent += entry.length
        yield entry
      }
    }
    yield ']}'
  }
  return Readable.from(pieces(), { objectMode: false })
}

/** A body behind so many megabytes of blanks, packed: a thousandth of that on the wire. */
export function bomb(body: string, megabytes: number): Readable {
  function* pieces(): Generator<Buffer | string> {
    const blanks = Buffer.alloc(megabyte, ' ')
    for (let index = 0; index < megabytes; index += 1) yield blanks
    yield body
  }
  return Readable.from(pieces(), { objectMode: false }).pipe(createGzip())
}

/** A body of which a byte comes now and then. */
export function drip(body: string, everyMs: number): Readable {
  const bytes = Buffer.from(body)
  let at = 0
  let timer: NodeJS.Timeout | undefined
  return new Readable({
    read() {
      timer ??= setInterval(() => {
        this.push(at < bytes.length ? bytes.subarray(at, at + 1) : null)
        at += 1
      }, everyMs)
    },
    destroy(error, done) {
      clearInterval(timer)
      done(error)
    },
  })
}

/** Half of a body; then `cut` is called, which ends the connection behind it. */
export function half(body: string, cut: () => void): Readable {
  const bytes = Buffer.from(body)
  let begun = false
  return new Readable({
    read() {
      if (!begun) this.push(bytes.subarray(0, Math.floor(bytes.length / 2)))
      // A stream is asked for more before what it gave was written; after this turn it was.
      else setImmediate(cut)
      begun = true
    },
  })
}
