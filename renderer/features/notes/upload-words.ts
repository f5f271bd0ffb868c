import type { Upload } from '../../../shared/contract/attachments.ts'
import type { FailureKind } from '../../../shared/errors.ts'
import { t } from '../../messages/index.ts'
import { clockTime } from '../../services/clock-time.ts'

/** Why the EHR does not take one, as far as the person can do something about it: what it means for reading is another matter. */
const reasons: Readonly<Partial<Record<FailureKind, 'size' | 'right' | 'nowhere' | 'damaged'>>> = { 'too-large': 'size', forbidden: 'right', 'no-file-key': 'nowhere', 'vault-corrupt': 'damaged' }

/** Where a file is on its way into the record. `now` is epoch milliseconds. */
export function uploadWords(upload: Upload, now: number, zone: string): string {
  if (upload.state === 'sent') return t('attachments.upload.sent', { time: clockTime(upload.at, now, zone) })
  if (upload.state === 'refused') return t(`attachments.upload.refused.${reasons[upload.failure] ?? 'other'}`)
  return t(`attachments.upload.${upload.state}`)
}

/**
 * What taking a file off the list is: `remove` where it is here alone, `clear` where the record has it and keeps it. Nothing for what is under way or
 * may be in the record by now: that is let be. Never the same word for both: who sent the wrong scan must not believe that it is out of the chart.
 */
export function offListOf(state: Upload['state']): 'remove' | 'clear' | undefined {
  switch (state) {
    case 'kept':
    case 'refused':
      return 'remove'
    case 'sent':
      return 'clear'
    case 'waiting':
    case 'sending':
    case 'unconfirmed':
      return undefined
  }
}

/** Rounded up, so that no file is of no size. */
export function sizeWords(bytes: number): string {
  return t('attachments.size', { megabytes: (Math.ceil(bytes / 104_858) / 10).toFixed(1) })
}
