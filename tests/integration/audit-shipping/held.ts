import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AuditEvent, Bundle } from '@medplum/fhirtypes'
import { fetch, Agent } from 'undici'
import { requestSystem } from '../../../electron/audit/ship/report-id.ts'
import type { Sandbox } from '../../../sandbox/server.ts'

/** The lines of a chain on the disk, in order. */
export function linesIn(folder: string): string[] {
  const numbers = readdirSync(folder).flatMap((name) => /^chain-(\d+)\.jsonl$/.exec(name)?.[1] ?? []).map(Number)
  return numbers.sort((a, b) => a - b).flatMap((number) => readFileSync(join(folder, `chain-${number}.jsonl`), 'utf8').split('\n').slice(0, -1))
}

/** Every AuditEvent of a workstation that the sandbox holds, oldest first, as compliance reads them. */
export async function eventsAt(sandbox: Pick<Sandbox, 'fhirBase' | 'caPem'>, token: string): Promise<AuditEvent[]> {
  const dispatcher = new Agent({ connect: { ca: sandbox.caPem } })
  try {
    const found: AuditEvent[] = []
    let next: string | undefined = `${sandbox.fhirBase}/AuditEvent?_count=500`
    while (next !== undefined) {
      const answer = await fetch(next, { dispatcher, headers: { authorization: `Bearer ${token}` } })
      if (!answer.ok) throw new Error(`the audit trail is not read: ${answer.status}`)
      // The sandbox answers a search with a bundle.
      const page = (await answer.json()) as Bundle<AuditEvent>
      found.push(...(page.entry ?? []).flatMap(({ resource }) => (resource && nameOf(resource) !== undefined ? [resource] : [])))
      next = page.link?.find(({ relation }) => relation === 'next')?.url
    }
    return found
  } finally {
    await dispatcher.close()
  }
}

const own = (event: AuditEvent) => event.entity?.find(({ what }) => what?.identifier?.system === requestSystem)
export const nameOf = (event: AuditEvent): string | undefined => own(event)?.what?.identifier?.value

/** The chain's line that an event carries. */
export const lineOf = (event: AuditEvent): string => Buffer.from(own(event)?.detail?.find(({ type }) => type === 'line')?.valueBase64Binary ?? '', 'base64').toString('utf8')
