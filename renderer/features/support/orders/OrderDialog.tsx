import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import type { DeskOrder, DeskTarget } from '../../../../shared/contract/index.ts'
import { needsIdentification, type OrderKind } from '../../../../shared/desk/order-kinds.ts'
import { messageLength, reasonLength } from '../../../../shared/desk/words.ts'
import { failureOf, type ShownFailure } from '../../../bridge/index.ts'
import { t } from '../../../messages/index.ts'
import { clockTime } from '../../../services/clock-time.ts'
import { useServices, useSession } from '../../../services/index.ts'
import { Button } from '../../../ui/Button.tsx'
import { Choices } from '../../../ui/Choices.tsx'
import { Dialog } from '../../../ui/Dialog.tsx'
import fields from '../../../ui/fields.module.css'
import { Notice } from '../../../ui/Notice.tsx'
import { TextArea } from '../../../ui/TextArea.tsx'
import { FailureNotice } from '../../failure/index.ts'
import { IdentificationFields } from '../IdentificationFields.tsx'
import { identificationLack, type IdentificationLack, nobodyIdentified } from '../identified.ts'
import { isReason } from './order-targets.ts'
import { isDangerous, orderMeans, progressWords, reachWords } from './order-words.ts'
import { PreviewText } from './PreviewText.tsx'
import { ReasonField } from '../ReasonField.tsx'

interface OrderDialogProps {
  readonly kind: OrderKind
  readonly target: DeskTarget
  readonly onSeeOrders: () => void
  readonly onClose: () => void
}

type State = { readonly is: 'asking' } | { readonly is: 'sending' } | { readonly is: 'failed'; readonly failure: ShownFailure } | { readonly is: 'given'; readonly order: DeskOrder }

/** Says what will happen and to whom, and asks why. Nothing is given before the server has said whom it reaches. */
export function OrderDialog({ kind, target: meant, onSeeOrders, onClose }: OrderDialogProps) {
  const { bridge } = useServices()
  const { session } = useSession()
  const client = useQueryClient()
  // What it was opened for is what is looked at and given. A key of its own: 20,000 ids would be read through at each letter of the reason.
  const [{ dialog, target }] = useState(() => ({ dialog: crypto.randomUUID(), target: meant }))
  const preview = useQuery({
    queryKey: [session.epoch, 'desk', 'preview', dialog, kind],
    queryFn: ({ signal }) => bridge.callUntil(signal, 'desk.preview', { kind, target }),
    // Who is where changes: the next dialog asks again.
    gcTime: 0,
  })
  const [state, setState] = useState<State>({ is: 'asking' })
  const [reason, setReason] = useState('')
  const [message, setMessage] = useState('')
  const [identified, setIdentified] = useState(nobodyIdentified)
  const [lacks, setLacks] = useState<'message' | IdentificationLack | 'reason'>()
  // The same order sent again is one order; another wording is another.
  const sent = useRef({ key: '', of: '' })
  const reasonField = useRef<HTMLTextAreaElement>(null)
  const messageField = useRef<HTMLTextAreaElement>(null)
  const identifiedByField = useRef<HTMLSelectElement>(null)
  const identificationField = useRef<HTMLTextAreaElement>(null)
  const asksWho = needsIdentification(kind)
  const [words, why] = [message.trim(), reason.trim()]
  const unknown = asksWho ? identificationLack(identified) : undefined
  const missing = kind === 'message' && words.length < messageLength.least ? 'message' : (unknown ?? (isReason(why, reasonLength) ? undefined : 'reason'))
  // Said until it is there.
  const told = lacks === missing ? lacks : undefined

  const give = async (event: FormEvent) => {
    event.preventDefault()
    setLacks(missing)
    if (missing !== undefined) ({ message: messageField, identifiedBy: identifiedByField, identification: identificationField, reason: reasonField })[missing].current?.focus()
    if (missing !== undefined || state.is === 'sending' || preview.data === undefined) return
    const { identifiedBy, identification } = identified
    const who = asksWho && identifiedBy !== undefined ? { identifiedBy, identification: identification.trim() } : {}
    const of = JSON.stringify([why, words, who])
    if (sent.current.of !== of) sent.current = { key: crypto.randomUUID(), of }
    setState({ is: 'sending' })
    try {
      const order = await bridge.call('desk.giveOrder', { kind, target, reason: why, ...(words === '' ? {} : { message: words }), ...who, idempotencyKey: sent.current.key })
      setState({ is: 'given', order })
      void client.invalidateQueries({ queryKey: [session.epoch, 'desk', 'orders'] })
      void client.invalidateQueries({ queryKey: [session.epoch, 'desk', 'users'] })
      void client.invalidateQueries({ queryKey: [session.epoch, 'desk', 'history'] })
    } catch (error) {
      setState({ is: 'failed', failure: failureOf(error) })
    }
  }

  if (state.is === 'given') return <Given order={state.order} onSeeOrders={onSeeOrders} onClose={onClose} />
  const reach = preview.data
  const isSecond = reach?.needsSecond === true && kind !== 'enable-user'
  const isIdle = state.is !== 'sending' && reach !== undefined
  const { title, means } = orderMeans(kind, target)
  return (
    <Dialog title={title} role="alertdialog" isLarge onClose={onClose}>
      <form className={fields['form']} onSubmit={(event) => void give(event)} noValidate data-testid="desk-order-dialog">
        <p>{means}</p>
        {preview.error ? <FailureNotice failure={failureOf(preview.error)} onRetry={() => void preview.refetch()} role="alert" /> : reach === undefined ? <output aria-busy="true">{t('desk.preview.loading')}</output> : <PreviewText kind={kind} target={target} preview={reach} />}
        {isSecond ? <Notice tone="caution">{t('desk.preview.second')}</Notice> : null}
        <TextArea
          ref={messageField}
          label={t(kind === 'message' ? 'desk.message' : 'desk.messageOptional')}
          hint={t('desk.messageHint', { most: messageLength.most })}
          error={told === 'message' ? t('desk.messageMissing') : undefined}
          value={message}
          most={messageLength.most}
          rows={kind === 'message' ? 2 : 1}
          testId="desk-message"
          onChange={setMessage}
        />
        {asksWho ? (
          <IdentificationFields
            by={identifiedByField}
            what={identificationField}
            value={identified}
            lack={told}
            hint={t('desk.identificationNobody')}
            testIds={{ by: 'desk-identified', what: 'desk-identification' }}
            onChange={(change) => setIdentified((now) => ({ ...now, ...change }))}
          />
        ) : null}
        <ReasonField ref={reasonField} value={reason} isShort={told === 'reason'} onChange={setReason} />
        {state.is === 'failed' ? <FailureNotice failure={state.failure} role="alert" /> : null}
        <Choices>
          <Button onClick={onClose}>{t('app.cancel')}</Button>
          <Button kind={isDangerous(kind) ? 'danger' : 'primary'} type="submit" aria-disabled={!isIdle} data-testid="desk-order-confirm">
            {state.is === 'sending' ? t('desk.sending') : isSecond ? t('desk.confirmSecond') : reach === undefined ? t(`desk.order.${kind}`) : t('desk.confirm', { order: t(`desk.order.${kind}`), reach: reachWords(kind, target, reach) })}
          </Button>
        </Choices>
      </form>
    </Dialog>
  )
}

function Given({ order, onSeeOrders, onClose }: { readonly order: DeskOrder; readonly onSeeOrders: () => void; readonly onClose: () => void }) {
  const { clock, zone } = useServices()
  return (
    <Dialog title={orderMeans(order.kind, order.target).title} onClose={onClose}>
      <output data-testid="desk-order-given">
        {order.state === 'awaiting' ? t('desk.givenSecond', { time: order.agreeUntil === undefined ? '' : clockTime(order.agreeUntil, clock.now(), zone) }) : `${t('desk.given')} ${progressWords(order.counts)}.`}
      </output>
      <Choices>
        <Button
          onClick={() => {
            onClose()
            onSeeOrders()
          }}
        >
          {t('desk.seeOrders')}
        </Button>
        <Button kind="primary" onClick={onClose}>
          {t('app.close')}
        </Button>
      </Choices>
    </Dialog>
  )
}
