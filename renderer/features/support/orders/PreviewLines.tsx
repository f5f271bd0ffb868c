import type { DeskPreview, DeskTarget } from '../../../../shared/contract/index.ts'
import { t } from '../../../messages/index.ts'
import table from '../../../ui/table.module.css'
import text from '../../../ui/text.module.css'
import { sessionOf, theirWork } from './preview-words.ts'
import styles from './PreviewText.module.css'
import { contactWords, stateWords, unsentWords, userWords, waitingWords } from '../stations/station-words.ts'
import { useHere } from '../use-here.ts'

interface PreviewLinesProps {
  readonly target: DeskTarget
  readonly sample: DeskPreview['sample']
}

/** The workstations that an order goes to. For people: whether their session is there, and what of theirs is not sent. */
export function PreviewLines({ target, sample }: PreviewLinesProps) {
  const here = useHere()
  const meant = 'users' in target ? new Set(target.users) : undefined
  return (
    <div className={styles['sample']}>
      <table className={table['table']} aria-label={t('desk.preview.who')}>
        <thead>
          <tr>
            <th scope="col">{t('desk.column.name')}</th>
            <th scope="col">{t(meant === undefined ? 'desk.column.user' : 'desk.preview.theirSession')}</th>
            <th scope="col">{t('desk.column.state')}</th>
            <th scope="col">{t('desk.column.contact')}</th>
            <th scope="col">{t('desk.column.unsent')}</th>
          </tr>
        </thead>
        <tbody>
          {sample.map((line) => (
            <tr key={line.deviceId}>
              <th scope="row">
                <bdi>{line.displayName}</bdi>
              </th>
              <td>
                <bdi>{meant === undefined ? userWords(line) : sessionOf(line, meant)}</bdi> {meant === undefined ? <span className={text['quiet']}>{waitingWords(line)}</span> : null}
              </td>
              <td>{stateWords(line)}</td>
              <td>{contactWords(line, here)}</td>
              <td>{meant === undefined ? unsentWords(line) : theirWork(line)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
