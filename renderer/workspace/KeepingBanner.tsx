import type { KeepingTrouble } from '../bridge/index.ts'
import { type MessageKey, t } from '../messages/index.ts'
import { Notice } from '../ui/Notice.tsx'

/** What cannot be kept just now and what to do about it, for as long as it lasts: a disk is not mended by a notice that goes away. */
export function KeepingBanner({ trouble }: { readonly trouble: KeepingTrouble }) {
  const why: MessageKey = trouble.what === 'found' ? 'keeping.foundWhy' : trouble.failure === 'disk-read-only' ? 'keeping.readOnly' : trouble.failure === 'disk-full' ? 'keeping.full' : 'keeping.disk'
  return (
    <div data-testid="keeping" data-what={trouble.what}>
      <Notice tone={trouble.what === 'cache' ? 'caution' : 'critical'} role="alert">
        <strong>{t(why)}</strong> {t(`keeping.${trouble.what}`)}
      </Notice>
    </div>
  )
}
