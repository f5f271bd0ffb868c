import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import { assertNever } from '../../../../shared/assert-never.ts'
import type { DeskOrder } from '../../../../shared/contract/index.ts'
import { reasonLength } from '../../../../shared/desk/words.ts'
import { failureOf, type ShownFailure } from '../../../bridge/index.ts'
import { t } from '../../../messages/index.ts'
import { useServices, useSession } from '../../../services/index.ts'
import { Button } from '../../../ui/Button.tsx'
import { Choices } from '../../../ui/Choices.tsx'
import { Dialog } from '../../../ui/Dialog.tsx'
import fields from '../../../ui/fields.module.css'
import { FailureNotice } from '../../failure/index.ts'
import { isReason } from './order-targets.ts'
import { orderMeans } from './order-words.ts'
import { PreviewText } from './PreviewText.tsx'
import { ReasonField } from '../ReasonField.tsx'

export type Decision = 'agree' | 'reject' | 'undo'

interface DecideDialogProps {
  readonly decision: Decision
  readonly order: DeskOrder
  readonly onDecided: () => void
  readonly onClose: () => void
}

function meansWords(decision: Decision, { kind }: DeskOrder): string {
  switch (decision) {
    case 'agree':
    case 'reject':
      return t(`desk.decideMeans.${decision}`)
    case 'undo':
      return t(kind === 'disable-user' ? 'desk.decideMeans.undoDisable' : kind === 'enable-user' ? 'desk.decideMeans.undoEnable' : 'desk.decideMeans.undo')
    default:
      return assertNever(decision)
  }
}

/** Agrees to a colleague's order, rejects it, or takes one back; always with a reason. Whoever agrees sees what they agree to. */
export function DecideDialog({ decision, order, onDecided, onClose }: DecideDialogProps) {
  const { bridge } = useServices()
  const { session } = useSession()
  const [reason, setReason] = useState('')
  const [isShort, setShort] = useState(false)
  const [isSending, setSending] = useState(false)
  const [failure, setFailure] = useState<ShownFailure>()
  const field = useRef<HTMLTextAreaElement>(null)
  const preview = useQuery({
    queryKey: [session.epoch, 'desk', 'preview', order.kind, order.target],
    queryFn: ({ signal }) => bridge.callUntil(signal, 'desk.preview', { kind: order.kind, target: order.target }),
    enabled: decision === 'agree',
    gcTime: 0,
  })
  const isTold = isReason(reason, reasonLength)
  const decide = async (event: FormEvent) => {
    event.preventDefault()
    setShort(!isTold)
    if (!isTold) field.current?.focus()
    if (!isTold || isSending || (decision === 'agree' && preview.data === undefined)) return
    setSending(true)
    try {
      await bridge.call(`desk.${decision}`, { id: order.id, reason: reason.trim() })
      onDecided()
      onClose()
    } catch (error) {
      setFailure(failureOf(error))
      setSending(false)
      // A colleague may have decided meanwhile: what stands behind this shows it.
      onDecided()
    }
  }
  return (
    <Dialog title={t(`desk.decide.${decision}`)} role="alertdialog" isLarge onClose={onClose}>
      <form className={fields['form']} onSubmit={(event) => void decide(event)} noValidate data-testid="desk-decide-dialog">
        <p>{meansWords(decision, order)}</p>
        <p>
          {t(`desk.order.${order.kind}`)}, <bdi>{order.by.name}</bdi>: <bdi>“{order.reason}”</bdi>
        </p>
        {order.identifiedBy === undefined ? null : (
          <p>
            {t('desk.orderFact.identified')}: {t(`desk.identified.${order.identifiedBy}`)}, <bdi>“{order.identification}”</bdi>
          </p>
        )}
        {decision === 'agree' ? (
          <>
            <p>{orderMeans(order.kind, order.target).means}</p>
            {preview.error ? <FailureNotice failure={failureOf(preview.error)} onRetry={() => void preview.refetch()} role="alert" /> : preview.data === undefined ? <output aria-busy="true">{t('desk.preview.loading')}</output> : <PreviewText kind={order.kind} target={order.target} preview={preview.data} />}
          </>
        ) : null}
        <ReasonField ref={field} value={reason} isShort={isShort && !isTold} onChange={setReason} />
        {failure ? <FailureNotice failure={failure} role="alert" /> : null}
        <Choices>
          <Button onClick={onClose}>{t('app.cancel')}</Button>
          <Button kind={decision === 'agree' ? 'danger' : 'primary'} type="submit" aria-disabled={isSending || (decision === 'agree' && preview.data === undefined)} data-testid="desk-decide-confirm">
            {t(`desk.decideConfirm.${decision}`, { order: t(`desk.order.${order.kind}`) })}
          </Button>
        </Choices>
      </form>
    </Dialog>
  )
}
