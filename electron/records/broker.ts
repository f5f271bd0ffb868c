import { z } from 'zod'
import type { AuditHeader, AuditPort } from '../../shared/audit.ts'
import { ChartkeepError } from '../../shared/errors.ts'
import type { Host, TextPort } from './host.ts'
import type { KeyDesk } from './keys/key-desk.ts'
import type { AccessToken, ChosenFile, DeviceProof, FromRecords, ProposedFile, ToRecords } from './protocol.ts'

/** The questions that only `main` can answer. */
export interface Broker {
  /** Rejects with what `main` names: `unauthorized`, `offline`, … */
  token(refused: boolean): Promise<AccessToken>
  readonly keys: KeyDesk
  /** Undefined where the workstation has no key to prove. */
  deviceProof(): Promise<DeviceProof | undefined>
  /** Has the person choose a file; undefined where they do not. Rejects `file-dialog` where they could not be asked. */
  chooseFile(file: ProposedFile): Promise<ChosenFile | undefined>
  /** Nothing is written there any more. */
  fileEnded(file: ChosenFile): void
  readonly audit: AuditPort
  /** Takes an answer, with the ports that came along; tells whether it was one. */
  receive(message: ToRecords, ports: readonly TextPort[]): boolean
}

/** What is answered: by `main`, or over a port by whoever has the token. */
type Answer = ToRecords | { readonly kind: 'token-here'; readonly token: AccessToken }

interface Waiting {
  resolve(answer: Answer): void
  reject(error: ChartkeepError): void
}

export function createBroker(host: Host): Broker {
  const waiting = new Map<number, Waiting>()
  let last = 0
  let announcing: ReturnType<typeof announce> | undefined

  function ask(question: (request: number) => FromRecords): Promise<Answer> {
    last += 1
    const request = last
    return new Promise((resolve, reject) => {
      waiting.set(request, { resolve, reject })
      host.post(question(request))
    })
  }

  /** What is announced in one go is one question: the sections of a chart are asked for together, and become durable together or not at all. */
  function announce(): { readonly headers: AuditHeader[]; readonly done: Promise<void> } {
    const headers: AuditHeader[] = []
    const done = Promise.resolve().then(async () => {
      announcing = undefined
      const answer = await ask((request) => ({ kind: 'want-audit', request, headers }))
      if (answer.kind !== 'audited') throw unexpected()
    })
    return { headers, done }
  }

  /** The one message of a port; should it never come, `main` tells why. */
  function awaitToken(request: number, port: TextPort): void {
    port.onMessage((text) => {
      // Who sent it may end now, and not before.
      port.post('taken')
      port.close()
      const found = waiting.get(request)
      waiting.delete(request)
      const token = readToken(text)
      if (token) found?.resolve({ kind: 'token-here', token })
      else found?.reject(unexpected())
    })
  }

  /** An answer of another kind than was asked for is a fault in `main`. */
  const unexpected = () => new ChartkeepError('internal')

  return {
    async token(refused) {
      const answer = await ask((request) => ({ kind: 'want-token', request, refused }))
      if (answer.kind !== 'token-here') throw unexpected()
      return answer.token
    },
    keys: {
      async release(part) {
        const answer = await ask((request) => ({ kind: 'want-key', request, part }))
        if (answer.kind !== 'key-part') throw unexpected()
        return { part: answer.part, triesLeft: answer.triesLeft, epoch: answer.epoch, due: answer.due }
      },
      async renew(named) {
        const answer = await ask((request) => ({ kind: 'want-new-key', request, named }))
        if (answer.kind !== 'new-key-part') throw unexpected()
        return { fresh: { id: answer.id, part: answer.part }, named: answer.named, epoch: answer.epoch }
      },
      async settle(opened) {
        const answer = await ask((request) => ({ kind: 'pin-set', request, ...opened }))
        if (answer.kind !== 'key-settled') throw unexpected()
      },
      async succeed(named) {
        const answer = await ask((request) => ({ kind: 'want-next-key', request, named }))
        if (answer.kind !== 'next-key-part') throw unexpected()
        return { id: answer.id, part: answer.part }
      },
      async rotated(opened) {
        const answer = await ask((request) => ({ kind: 'key-rotated', request, ...opened }))
        if (answer.kind !== 'key-settled') throw unexpected()
      },
    },
    async deviceProof() {
      const answer = await ask((request) => ({ kind: 'want-proof', request }))
      if (answer.kind !== 'device-proof') throw unexpected()
      return answer.proof
    },
    async chooseFile(file) {
      const answer = await ask((request) => ({ kind: 'want-file', request, file }))
      if (answer.kind !== 'chosen-file') throw unexpected()
      return answer.file
    },
    fileEnded: ({ part }) => host.post({ kind: 'file-ended', part }),
    audit: {
      intent(header: AuditHeader) {
        announcing ??= announce()
        announcing.headers.push(header)
        return announcing.done
      },
      outcome: (header: AuditHeader) => host.post({ kind: 'audit-outcome', header }),
    },
    receive(message, [port]) {
      if (!('request' in message) || message.kind === 'flush') return false
      if (message.kind === 'token') {
        if (port) awaitToken(message.request, port)
        return true
      }
      const found = waiting.get(message.request)
      waiting.delete(message.request)
      if (message.kind === 'token-refused' || message.kind === 'file-refused') found?.reject(new ChartkeepError(message.failure))
      else if (message.kind === 'key-refused') found?.reject(new ChartkeepError(message.failure, { triesLeft: message.triesLeft }))
      else if (message.kind === 'audit-refused') found?.reject(new ChartkeepError('audit-unavailable'))
      else found?.resolve(message)
      return true
    },
  }
}

const Token = z.strictObject({ value: z.string().min(1), expiresAt: z.number() })

function readToken(text: unknown): AccessToken | undefined {
  try {
    return Token.parse(JSON.parse(String(text)))
  } catch {
    return undefined
  }
}
