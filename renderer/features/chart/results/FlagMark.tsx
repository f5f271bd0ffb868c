import type { Assessment, Flag } from '../../../../shared/clinical/index.ts'
import { t } from '../../../messages/index.ts'
import styles from './FlagMark.module.css'

const shapes: { readonly [F in Flag]: string } = {
  'critical-high': '▲▲',
  'critical-low': '▼▼',
  'critical-abnormal': '!!',
  high: '▲',
  low: '▼',
  abnormal: '◆',
  normal: '',
  'not-assessed': '',
}

const critical: ReadonlySet<Flag> = new Set(['critical-high', 'critical-low', 'critical-abnormal'])
const quiet: ReadonlySet<Flag> = new Set(['normal', 'not-assessed'])

/** How a result stands to what is expected: a shape and a word, and colour besides. What nobody assessed says so. */
export function FlagMark({ assessment }: { readonly assessment: Assessment }) {
  const { flag, disagreement } = assessment
  const tone = critical.has(flag) ? 'critical' : quiet.has(flag) ? 'quiet' : 'abnormal'
  return (
    <>
      <span className={styles[tone]}>
        {shapes[flag] === '' ? null : <span aria-hidden="true">{shapes[flag]} </span>}
        {t(`flag.${flag}`)}
      </span>
      {disagreement ? (
        <span className={styles['disagreement']}> {t('flag.disagreement', { laboratory: t(`flag.${disagreement.laboratory}`), range: t(`flag.${disagreement.range}`) })}</span>
      ) : null}
    </>
  )
}
