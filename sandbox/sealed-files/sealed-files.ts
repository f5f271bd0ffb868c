import type { EncryptionKeys } from '../encryption-keys/index.ts'
import { type Container, type Handover, isWhole, openContainer, readContainer, readHandover } from './container.ts'

/** How a workstation that seals its files names one. */
export const sealedFileType = 'application/vnd.chartkeep.sealed-file'

export const isSealedFile = (contentType: string | undefined): boolean => contentType?.split(';')[0]?.trim().toLowerCase() === sealedFileType

/** Of a sealed file, whoever it is sealed for; undefined for anything else. */
export const sealedFileId = (bytes: Buffer): string | undefined => readContainer(bytes)?.id

export interface SealedFiles {
  /** Whether it is sealed to one of the hospital's keys, whole as far as its header says, and for this patient. All of it is opened, so that nothing is taken in that nobody can read. */
  isFor(patient: string, bytes: Buffer): Promise<boolean>
  /** In clear; undefined for what these keys do not open. */
  open(bytes: Buffer): Promise<Buffer | undefined>
}

/** The hospital's side of files that its workstations seal (ADR 0109, 0111). */
export function sealedFiles(keys: EncryptionKeys): SealedFiles {
  async function handedOver(container: Container): Promise<Handover | undefined> {
    for (const jwe of container.jwes) {
      const text = await keys.open(jwe)
      const handover = text === undefined ? undefined : readHandover(text, container)
      if (handover !== undefined && (await isWhole(container, handover))) return handover
    }
    return undefined
  }

  async function opened(bytes: Buffer): Promise<{ readonly patient: string; readonly plain: Buffer } | undefined> {
    const container = readContainer(bytes)
    const handover = container && (await handedOver(container))
    if (container === undefined || handover === undefined) return undefined
    try {
      return { patient: handover.patient, plain: await openContainer(container, handover) }
    } catch {
      // Web Crypto tells no more than that it does not open.
      return undefined
    }
  }

  return {
    isFor: async (patient, bytes) => (await opened(bytes))?.patient === patient,
    open: async (bytes) => (await opened(bytes))?.plain,
  }
}
