import type { Resource } from '@medplum/fhirtypes'
import { TwoPatients } from './index-terms.ts'
import { isRestricted } from '../store/label.ts'
import { readRecord, recordColumns, type StoredRecord } from '../store/record-row.ts'
import { noPatient } from '../store/schema.ts'
import { servedType } from '../access/served-types.ts'
import { numberOf, type Statements, textOf } from '../store/statements.ts'

/** A record that belongs to others names none that is here: nobody could be allowed to see it. */
export class FollowsNothing extends Error {
  override readonly name = 'FollowsNothing'
}

/** What a record has from those it belongs to. */
interface Inherited {
  readonly patient: number
  readonly restricted: boolean
  readonly followed: readonly StoredRecord[]
}

const local = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/\d{1,9})?$/

/** The references by which a record belongs to others: those of its `ServedType.follows`. */
export function followedReferences(resource: Resource): readonly string[] {
  const element = servedType(resource.resourceType)?.follows
  if (resource.resourceType === 'Provenance' && element === 'target') return (resource.target ?? []).map(({ reference }) => reference ?? '')
  if (resource.resourceType === 'Binary' && element === 'securityContext') return [resource.securityContext?.reference ?? '']
  return []
}

/** Keeps who may see a record in step with those it belongs to. */
export interface Followers {
  /**
   * The patient and the restriction that a record has from what it belongs to; undefined for a type that stands for itself.
   * @throws FollowsNothing, and TwoPatients where they are of several.
   */
  inherit(resource: Resource): Inherited | undefined
  /** Remembers what a record belongs to. */
  follow(key: number, followed: readonly StoredRecord[]): void
  /** Restricts, or opens, what belongs to a record whose label has changed. */
  pass(followed: StoredRecord): void
  /** The records that belong to one. */
  of(followed: StoredRecord): readonly StoredRecord[]
}

export function followers(statements: Statements, find: (type: string, id: string) => StoredRecord | undefined): Followers {
  const of = (followed: StoredRecord) =>
    statements
      .all(`SELECT ${recordColumns} FROM follower f JOIN record r ON r.key = f.record WHERE f.followed = ? AND r.deleted = 0`, followed.key)
      .map(readRecord)

  const inherit = (resource: Resource): Inherited | undefined => {
    if (servedType(resource.resourceType)?.follows === undefined) return undefined
    const followed = followedReferences(resource).flatMap((reference) => {
      const [, type = '', id = ''] = local.exec(reference) ?? []
      const record = find(type, id)
      return record === undefined || record.deleted || record.patient === noPatient ? [] : [record]
    })
    const patients = new Set(followed.map(({ patient }) => patient))
    const [patient] = patients
    if (patient === undefined) throw new FollowsNothing(`A ${resource.resourceType} belongs to no record that is here.`)
    if (patients.size > 1) throw new TwoPatients(`A ${resource.resourceType} belongs to records of several patients.`)
    // A Patient's label closes the whole chart by itself; that of a record closes what belongs to it.
    const restricted = isRestricted(resource) || followed.some((record) => record.restricted && record.type !== 'Patient')
    return { patient, restricted, followed }
  }

  const pass = (followed: StoredRecord) => {
    for (const follower of of(followed)) {
      const body = statements.one('SELECT json FROM body WHERE key = ?', follower.key)
      const resource: Resource = JSON.parse(textOf(body ?? {}, 'json'))
      const others = statements.one(
        "SELECT count(*) AS n FROM follower f JOIN record r ON r.key = f.followed WHERE f.record = ? AND r.restricted = 1 AND r.type <> 'Patient'",
        follower.key,
      )
      const restricted = isRestricted(resource) || numberOf(others ?? {}, 'n') > 0
      if (restricted === follower.restricted) continue
      statements.run('UPDATE record SET restricted = ? WHERE key = ?', Number(restricted), follower.key)
      pass({ ...follower, restricted })
    }
  }

  return {
    inherit,
    pass,
    of,
    follow: (key, followed) => {
      statements.run('DELETE FROM follower WHERE record = ?', key)
      for (const record of followed) statements.run('INSERT OR IGNORE INTO follower (followed, record) VALUES (?, ?)', record.key, key)
    },
  }
}
