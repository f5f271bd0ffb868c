import type { AuditHeader, AuditPort } from '../../shared/audit.ts'
import { ChartkeepError } from '../../shared/errors.ts'
import type { Host } from './host.ts'
import type { KeyPart } from './keys/vault.ts'
import type { AccessToken, FromRecords, ToRecords } from './protocol.ts'

/** The questions that only `main` can answer. */
export interface Broker {
  /** Rejects with what `main` names: `unauthorized`, `offline`, … */
  token(refused: boolean): Promise<AccessToken>
  /** Rejects with `pin-void`, `keychain-*` and the tries left. */
  keyPart(purpose: 'unlock' | 'set-pin'): Promise<KeyPart>
  readonly audit: AuditPort
  /** Takes an answer; tells whether it was one. */
  receive(message: ToRecords): boolean
}

interface Waiting {
  resolve(message: ToRecords): void
  reject(error: ChartkeepError): void
}

export function createBroker(host: Host): Broker {
  const waiting = new Map<number, Waiting>()
  let last = 0

  function ask(question: (request: number) => FromRecords): Promise<ToRecords> {
    last += 1
    const request = last
    return new Promise((resolve, reject) => {
      waiting.set(request, { resolve, reject })
      host.post(question(request))
    })
  }

  /** An answer of another kind than was asked for is a fault in `main`. */
  const unexpected = () => new ChartkeepError('internal')

  return {
    async token(refused) {
      const answer = await ask((request) => ({ kind: 'want-token', request, refused }))
      if (answer.kind !== 'token') throw unexpected()
      return answer.token
    },
    async keyPart(purpose) {
      const answer = await ask((request) => ({ kind: 'want-key', request, purpose }))
      if (answer.kind !== 'key-part') throw unexpected()
      return { part: answer.part, triesLeft: answer.triesLeft }
    },
    audit: {
      async intent(header: AuditHeader) {
        const answer = await ask((request) => ({ kind: 'want-audit', request, header }))
        if (answer.kind !== 'audited') throw unexpected()
      },
      outcome: (header: AuditHeader) => host.post({ kind: 'audit-outcome', header }),
    },
    receive(message) {
      if (!('request' in message) || message.kind === 'flush') return false
      const found = waiting.get(message.request)
      waiting.delete(message.request)
      if (message.kind === 'token-refused') found?.reject(new ChartkeepError(message.failure))
      else if (message.kind === 'key-refused') found?.reject(new ChartkeepError(message.failure, { triesLeft: message.triesLeft }))
      else if (message.kind === 'audit-refused') found?.reject(new ChartkeepError('audit-unavailable'))
      else found?.resolve(message)
      return true
    },
  }
}
