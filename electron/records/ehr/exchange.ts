import type { BodyReader, HttpCall, HttpReply, ReplyHead, Transport } from '../../transport/index.ts'
import type { Effort } from './effort.ts'
import { reaching } from './reaching.ts'
import type { TokenSource } from './token.ts'

export interface ExchangeParts {
  readonly transport: Pick<Transport, 'stream'>
  readonly tokens: TokenSource
  /** Told after each exchange whether the EHR answered at all. */
  reached(online: boolean): void
}

/** How an answer is read, by what its head says it is. */
export type ReaderOf<T> = (head: ReplyHead, effort: Effort) => BodyReader<T>

/** One question to the EHR, and its answer, whatever its status. Rejects with the kinds of the way to it (shared/errors.ts). */
export interface Exchange {
  /** Without a token: what anybody may ask. */
  open<T>(call: HttpCall, effort: Effort, reader: ReaderOf<T>): Promise<HttpReply<T>>
  /** With the user's token; a refused one is replaced once. */
  authorized<T>(call: HttpCall, effort: Effort, reader: ReaderOf<T>): Promise<HttpReply<T>>
}

export function createExchange({ transport, tokens, reached }: ExchangeParts): Exchange {
  async function open<T>(call: HttpCall, effort: Effort, reader: ReaderOf<T>): Promise<HttpReply<T>> {
    const { signal } = effort
    const reply = await reaching(transport.stream({ ...call, withinMs: effort.left(), ...(signal ? { signal } : {}) }, (head) => reader(head, effort)), reached)
    reached(true)
    return reply
  }

  return {
    open,
    async authorized(call, effort, reader) {
      const token = await reaching(tokens.current(), reached)
      const reply = await open(withToken(call, token), effort, reader)
      if (reply.status !== 401) return reply
      return open(withToken(call, await reaching(tokens.replace(token), reached)), effort, reader)
    },
  }
}

function withToken(call: HttpCall, token: string): HttpCall {
  return { ...call, headers: { ...call.headers, authorization: `Bearer ${token}` } }
}
