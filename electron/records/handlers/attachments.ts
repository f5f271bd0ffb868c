import type { Clock } from '../../../shared/clock.ts'
import { ChartkeepError } from '../../../shared/errors.ts'
import type { Handlers } from '../../rpc/router.ts'
import type { OpenFiles } from '../documents/open-files.ts'
import { partBytes } from '../files/shelf.ts'
import type { Outbox } from '../outbox/index.ts'
import type { Attachments } from '../work/attachments.ts'
import type { ChosenFiles } from '../work/chosen-files.ts'
import type { PortCaller } from './caller.ts'

export interface AttachmentsParts {
  readonly attachments: Attachments
  readonly outbox: Outbox
  readonly chosen: ChosenFiles
  readonly files: OpenFiles
  readonly clock: Clock
}

type Rows = 'attachment.list' | 'attachment.add' | 'attachment.step' | 'attachment.remove' | 'attachment.open' | 'attachment.send' | 'attachment.unsend'

export function attachmentHandlers({ attachments, outbox, chosen, files, clock }: AttachmentsParts): Pick<Handlers<'tab', PortCaller>, Rows> {
  return {
    'attachment.list': ({ patient }) => ({ attachments: attachments.list(patient).map((file) => ({ ...file, upload: outbox.standing(patient, file.id) })) }),
    'attachment.add': ({ patient, grant }) => attachments.add(patient, chosen.take(grant)),
    'attachment.step': ({ patient, attachment }) => attachments.step(patient, attachment),
    'attachment.remove'({ patient, attachment }) {
      outbox.forget(patient, attachment)
      attachments.remove(patient, attachment)
      return {}
    },
    'attachment.send': ({ patient, attachment }) => ({ upload: outbox.send(patient, attachment) }),
    'attachment.unsend': ({ patient, attachment }) => ({ upload: outbox.takeBack(patient, attachment) }),
    'attachment.open'({ patient, attachment }) {
      const file = attachments.find(patient, attachment)
      const { kind } = file.about
      if (kind === 'other') throw new ChartkeepError('not-viewable')
      return { file: files.open(patient, file), kind, contentType: file.about.contentType, bytes: file.bytes, partBytes, freshness: { source: 'cache', asOf: clock.now() } }
    },
  }
}
