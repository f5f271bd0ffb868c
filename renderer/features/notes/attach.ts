import type { Attachment, Upload } from '../../../shared/contract/attachments.ts'
import type { PatientId, TabId } from '../../../shared/contract/index.ts'
import type { Bridge } from '../../bridge/index.ts'
import type { DocumentPort } from '../documents/index.ts'

/** What a note's attachments need of the outside. */
export interface AttachmentPort {
  list(): Promise<readonly Attachment[]>
  /**
   * Lets the person choose a file and seals it, part by part; false where they chose none. Each part is on disk before `progress` tells of it. Once the
   * signal aborts, what there is of it is removed.
   */
  attach(signal: AbortSignal, progress: (share: number) => void): Promise<boolean>
  remove(attachment: string): Promise<void>
  /** Into the record of this patient. Resolves when that is on disk. */
  send(attachment: string): Promise<Upload>
  /** Not after all. */
  unsend(attachment: string): Promise<Upload>
  document(attachment: string): DocumentPort
}

/** The attachments of this patient's note, over the port of their chart. */
export function attachmentPort(bridge: Bridge, tabOf: (patient: PatientId) => Promise<TabId>, patient: PatientId): AttachmentPort {
  async function remove(attachment: string): Promise<void> {
    await bridge.callTab(await tabOf(patient), 'attachment.remove', { patient, attachment })
  }
  return {
    list: async () => (await bridge.callTab(await tabOf(patient), 'attachment.list', { patient })).attachments,
    async attach(signal, progress) {
      // The dialog is a window of its own: who goes on elsewhere finds it gone.
      const call = crypto.randomUUID()
      const leave = () => void bridge.call('file.leave', { call }).catch(() => undefined)
      signal.addEventListener('abort', leave, { once: true })
      const { grant } = await bridge.call('file.choose', { call }).finally(() => signal.removeEventListener('abort', leave))
      if (grant === undefined || signal.aborted) return false
      progress(0)
      const tab = await tabOf(patient)
      const { attachment, bytes } = await bridge.callTab(tab, 'attachment.add', { patient, grant })
      let done = -1
      while (done < bytes) {
        if (signal.aborted) {
          await remove(attachment)
          return false
        }
        // One after the other: each is a step that a cancel can follow.
        done = (await bridge.callTab(tab, 'attachment.step', { patient, attachment })).done
        progress(bytes === 0 ? 1 : done / bytes)
      }
      return true
    },
    remove,
    send: async (attachment) => (await bridge.callTab(await tabOf(patient), 'attachment.send', { patient, attachment })).upload,
    unsend: async (attachment) => (await bridge.callTab(await tabOf(patient), 'attachment.unsend', { patient, attachment })).upload,
    document: (attachment) => ({
      open: async () => bridge.callTab(await tabOf(patient), 'attachment.open', { patient, attachment }),
      part: async (file, part) => (await bridge.callTab(await tabOf(patient), 'document.part', { patient, file, part })).data,
      close: (file) => void tabOf(patient).then((tab) => bridge.callTab(tab, 'document.close', { patient, file })).catch(() => undefined),
    }),
  }
}
