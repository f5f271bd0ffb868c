import { useCallback } from 'react'
import { type CareTeamRow, type Malformed, readCareTeams } from '../../../../shared/clinical/index.ts'
import { t } from '../../../messages/index.ts'
import { useServices } from '../../../services/index.ts'
import table from '../../../ui/table.module.css'
import type { SectionProps } from '../section-props.ts'
import { SectionPanel } from '../SectionPanel.tsx'
import { conceptWords, recordedWords } from '../words/words.ts'
import { MalformedRow, Modifier } from './MalformedRow.tsx'
import styles from './sections.module.css'

/** Who looks after the patient today. */
export function CareTeamSection({ patient }: SectionProps) {
  const { clock, zone } = useServices()
  const read = useCallback((resources: readonly unknown[]) => readCareTeams(resources, { now: clock.now(), zone }), [clock, zone])
  return (
    <SectionPanel patient={patient} section="careTeam" title={t('careTeam.title')} read={read} isEmpty={(teams) => teams.length === 0} empty={t('section.noneRecorded')}>
      {(teams) => (
        <table className={table['table']}>
          <thead className="visually-hidden">
            <tr>
              <th scope="col">{t('careTeam.name')}</th>
              <th scope="col">{t('careTeam.role')}</th>
            </tr>
          </thead>
          <tbody>
            {teams.map((team, index) => (
              <TeamRows key={team.id ?? index} team={team} />
            ))}
          </tbody>
        </table>
      )}
    </SectionPanel>
  )
}

function TeamRows({ team }: { readonly team: CareTeamRow | Malformed }) {
  if (team.kind === 'malformed') return <MalformedRow columns={2} />
  const today = team.members.filter((member) => member.isCurrent)
  return (
    <>
      {today.map((member, index) => (
        <tr key={index}>
          <th scope="row">
            <bdi>{recordedWords(member.name, (name) => name)}</bdi>
            <Modifier of={team} />
          </th>
          <td className={table['quiet']}>
            {member.roles.length > 0 ? member.roles.map(conceptWords).join(', ') : t('careTeam.noRole')}
            {team.status === 'active' ? null : <span className={styles['status']}> {t(`careTeam.status.${team.status}`)}</span>}
          </td>
        </tr>
      ))}
      {today.length === 0 ? (
        <tr>
          <td colSpan={2} className={table['quiet']}>
            {t('careTeam.nobodyToday', { team: recordedWords(team.name, (name) => name) })}
          </td>
        </tr>
      ) : null}
    </>
  )
}
