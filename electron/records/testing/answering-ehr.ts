import { ChartkeepError } from '../../../shared/errors.ts'
import type { BodyReader, HttpCall, ReplyHead } from '../../transport/index.ts'

export interface Answer {
  readonly status?: number
  readonly json?: unknown
  readonly text?: string
  readonly type?: string
}

/**
 * An EHR that answers what it is told to, in turn, as the transport would bring it; of its configuration always the same.
 *
 * @param configuration where it is asked for, by how the address ends, and what stands there
 */
export function answeringEhr(answers: readonly (Answer | ChartkeepError)[], configuration: { readonly at: string; readonly is: Answer }) {
  const calls: HttpCall[] = []
  const left = [...answers]
  const stream = async <T>(call: HttpCall, reader: (head: ReplyHead) => BodyReader<T>) => {
    calls.push(call)
    const answer = call.url.endsWith(configuration.at) ? configuration.is : left.shift()
    if (answer === undefined) throw new Error('asked more often than was expected')
    if (answer instanceof ChartkeepError) throw answer
    const { status = 200, json, text = JSON.stringify(json), type = 'application/json; charset=utf-8' } = answer
    const headers = { 'content-type': type }
    const read = reader({ status, headers })
    read.take(Buffer.from(text))
    return { status, headers, body: read.end() }
  }
  let token = 'token-1'
  return { calls, transport: { stream }, tokens: { current: () => Promise.resolve(token), replace: () => Promise.resolve((token = 'token-2')) } }
}
