import type { Resource } from '@medplum/fhirtypes'
import { z } from 'zod'
import type { Clock } from '../../../shared/clock.ts'
import { ChartkeepError, type FailureKind, kindOf } from '../../../shared/errors.ts'
import type { Policy } from '../../../shared/policy.ts'
import { attempts } from '../cache/attempt.ts'
import { isSensitive, mustNotBeKept } from '../cache/security-labels.ts'
import { type FileAddress, type FileShelf, keepWhole, type KeptFile } from '../files/shelf.ts'
import type { Purpose } from '../keys/purposes.ts'
import type { FoundDocument, ReadFile } from './read-document.ts'

const Facts = z.strictObject({
  kind: z.enum(['pdf', 'image', 'text']),
  contentType: z.string(),
  /** Where it was read, and under which tag: only then may "unchanged" be believed. */
  place: z.string().optional(),
  etag: z.string().optional(),
})

/** A document's file as it was kept. */
export interface KeptDocument extends z.infer<typeof Facts> {
  readonly file: KeptFile
  readonly purpose: Purpose
}

/** The files of documents that were opened, bounded by policy in age and size. A failing disk never fails a read from the EHR. */
export interface KeptDocuments {
  find(patient: string, document: string): KeptDocument | undefined
  /** Whether it is kept as the document now asks for: not where that must not be kept any more, or bears other labels than it did. */
  mayStay(kept: KeptDocument, resource: Resource): boolean
  keep(patient: string, document: string, found: FoundDocument, read: ReadFile, place: string | undefined): Promise<void>
  forget(patient: string, document: string): void
}

export interface KeptDocumentsParts {
  readonly shelf: FileShelf
  readonly policy: () => Policy['cache']
  readonly clock: Clock
  readonly trouble: (failure: FailureKind) => void
  /** Applies the bounds to all that is kept. */
  prune(): void
}

/** What somebody wrote about a patient; what bears a security label apart from it. */
const kept: readonly Purpose[] = ['notes', 'sensitive']
const purposeOf = (resource: Resource): Purpose => (isSensitive(resource) ? 'sensitive' : 'notes')
const hour = 3_600_000
/** One file may take this share of the cache: it must not push out all the charts. */
const largestShare = 0.25

export function createKeptDocuments({ shelf, policy, clock, trouble, prune }: KeptDocumentsParts): KeptDocuments {
  const addressOf = (purpose: Purpose, patient: string, document: string): FileAddress => ({ purpose, patient, what: `document/${document}` })

  const attempt = attempts(trouble)

  function forget(patient: string, document: string): void {
    for (const purpose of kept) if (shelf.mayKeep(purpose)) attempt(() => shelf.remove(addressOf(purpose, patient, document)))
  }

  function found(purpose: Purpose, patient: string, document: string): KeptDocument | undefined {
    const file = shelf.find(addressOf(purpose, patient, document))
    if (file === undefined) return undefined
    const facts = Facts.safeParse(file.facts)
    if (!facts.success) throw new ChartkeepError('vault-corrupt')
    return { ...facts.data, file, purpose }
  }

  return {
    find(patient, document) {
      const { enabled, maxAgeHours } = policy()
      if (!enabled) return undefined
      for (const purpose of kept) {
        if (!shelf.mayKeep(purpose)) continue
        const one = attempt(() => found(purpose, patient, document))
        const now = clock.now()
        if (one !== undefined && one.file.asOf >= now - maxAgeHours * hour && one.file.asOf <= now + hour) return one
      }
      return undefined
    },
    mayStay: ({ purpose }, resource) => !mustNotBeKept(resource) && purpose === purposeOf(resource),
    async keep(patient, document, { resource }, { bytes, kind, contentType, etag }, place) {
      forget(patient, document)
      const { enabled, maxMegabytes } = policy()
      const purpose = purposeOf(resource)
      if (!enabled || mustNotBeKept(resource) || !shelf.mayKeep(purpose) || bytes.length > maxMegabytes * 1024 * 1024 * largestShare) return
      const facts: z.infer<typeof Facts> = { kind, contentType, ...(place === undefined ? {} : { place }), ...(etag === undefined ? {} : { etag }) }
      try {
        await keepWhole(shelf, addressOf(purpose, patient, document), bytes, facts, clock.now())
        prune()
      } catch (error) {
        trouble(kindOf(error))
      }
    },
    forget,
  }
}
