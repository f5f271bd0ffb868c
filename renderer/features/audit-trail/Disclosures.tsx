import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { failureOf } from '../../bridge/index.ts'
import { t } from '../../messages/index.ts'
import { useServices, useSession } from '../../services/index.ts'
import { Button } from '../../ui/Button.tsx'
import fields from '../../ui/fields.module.css'
import text from '../../ui/text.module.css'
import { FailureNotice } from '../failure/index.ts'
import { DisclosureReport } from './DisclosureReport.tsx'
import { PatientField } from './PatientField.tsx'
import { PeriodFields } from './PeriodFields.tsx'
import { type AccountAsked, type Asked, filterOf, firstQuestion } from './question.ts'

/** The account of disclosures of one patient: six years back unless another period is chosen (164.528(a)(1)). */
export function Disclosures() {
  const { clock, zone } = useServices()
  const [typed, setTyped] = useState<Asked>({ ...firstQuestion, period: 'six-years' })
  const [wrong, setWrong] = useState<'patient' | 'days'>()
  const [asked, setAsked] = useState<AccountAsked>()
  const show = (event: FormEvent) => {
    event.preventDefault()
    const filter = filterOf(typed, clock.now(), zone)
    setWrong(typed.patient === undefined ? 'patient' : filter === undefined ? 'days' : undefined)
    if (typed.patient !== undefined && filter !== undefined) setAsked({ patient: typed.patient, filter })
  }
  return (
    <>
      <form className={fields['filter']} data-print="never" onSubmit={show} aria-label={t('disclosures.title')}>
        <PatientField patient={typed.patient} onPatient={(patient) => setTyped((before) => ({ ...before, patient }))} />
        <PeriodFields typed={typed} isWrong={wrong === 'days'} onChange={(more) => setTyped((before) => ({ ...before, ...more }))} />
        <Button kind="primary" type="submit" data-testid="disclosures-show">
          {t('audit.show')}
        </Button>
        <p role="alert" className={fields['wrong']}>
          {wrong === undefined ? '' : t(wrong === 'patient' ? 'disclosures.noPatient' : 'audit.daysWrong')}
        </p>
      </form>
      {asked === undefined ? <p className={text['quiet']}>{t('disclosures.choose')}</p> : <Account asked={asked} />}
    </>
  )
}

function Account({ asked }: { readonly asked: AccountAsked }) {
  const { bridge, clock } = useServices()
  const { session } = useSession()
  const { patient, filter } = asked
  const account = useQuery({
    queryKey: [session.epoch, 'disclosures', patient.id, filter],
    queryFn: async ({ signal }) => ({ madeAt: clock.now(), answer: await bridge.callUntil(signal, 'audit.disclosures', { patient: patient.id, from: filter.from, to: filter.to }) }),
  })
  if (account.error) return <FailureNotice failure={failureOf(account.error)} onRetry={() => void account.refetch()} role="alert" />
  if (account.data === undefined) return <output aria-busy="true">{t('audit.loading')}</output>
  // Of another question nothing stays: neither what was asked over it nor what became of that.
  return <DisclosureReport key={JSON.stringify([patient.id, filter])} asked={asked} madeAt={account.data.madeAt} answer={account.data.answer} />
}
