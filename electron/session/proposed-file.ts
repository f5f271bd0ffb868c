import type { ProposedFile } from '../records/protocol.ts'

const kinds: Readonly<Record<ProposedFile['format'], string>> = { csv: 'CSV', ndjson: 'FHIR NDJSON' }

/** The name that is proposed for a file: what it is and of which day (UTC), nothing of whom it is about. */
export function proposedFile({ report, format }: Omit<ProposedFile, 'call'>, now: number): { readonly name: string; readonly kind: string; readonly extension: string } {
  return { name: `${report}-${new Date(now).toISOString().slice(0, 10)}.${format}`, kind: kinds[format], extension: format }
}
