import type { Attachment, Upload } from '../../../shared/contract/attachments.ts'
import { failureOf, type ShownFailure } from '../../bridge/index.ts'

export interface KnownFiles {
  /** Undefined before they were read for the first time. */
  readonly files: readonly Attachment[] | undefined
  /** Why they could not be read when that was tried last: `files` are as they were known before. */
  readonly failure: ShownFailure | undefined
}

/** The files of one note, as far as they are known here: read when that is asked for, kept up with what is told of their way. */
export class AttachedFiles {
  readonly #read: () => Promise<readonly Attachment[]>
  readonly #listeners = new Set<() => void>()
  #known: KnownFiles = { files: undefined, failure: undefined }
  #tries = 0
  /** What was told since the reading began that counts: its answer comes another way, and may be from before. */
  #told = new Map<string, Upload>()

  constructor(read: () => Promise<readonly Attachment[]>) {
    this.#read = read
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  getKnown = (): KnownFiles => this.#known

  /** Never rejects: what is known tells how it went. Of several tries the last one counts. */
  refresh = async (): Promise<void> => {
    this.#tries += 1
    const mine = this.#tries
    this.#told = new Map()
    this.#tell({ ...this.#known, failure: undefined })
    const read = await this.#read().then(
      (files) => ({ files: files.map((file) => ({ ...file, upload: this.#told.get(file.id) ?? file.upload })), failure: undefined }),
      (error: unknown) => ({ failure: failureOf(error) }),
    )
    if (mine === this.#tries) this.#tell({ ...this.#known, ...read })
  }

  /** Where one of them is on its way. */
  stands(id: string, upload: Upload): void {
    this.#told.set(id, upload)
    const { files } = this.#known
    if (files !== undefined) this.#tell({ ...this.#known, files: files.map((file) => (file.id === id ? { ...file, upload } : file)) })
  }

  #tell(known: KnownFiles): void {
    this.#known = known
    for (const listener of this.#listeners) listener()
  }
}
