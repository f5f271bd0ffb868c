import type { AllergyRow } from '../../../../shared/clinical/index.ts'
import { t } from '../../../messages/index.ts'
import { conceptWords } from './words.ts'

/** Every reaction with its severity; one that names none is "reaction not recorded". */
export function reactionWords({ reactions }: Pick<AllergyRow, 'reactions'>): string {
  const said = reactions.map(({ manifestations, description, severity }) => {
    const what = manifestations.length > 0 ? manifestations.map(conceptWords).join(', ') : (description ?? t('allergies.reactionNotRecorded'))
    return severity === 'not-recorded' ? what : `${what} (${t(`allergies.severity.${severity}`)})`
  })
  return said.length > 0 ? said.join('; ') : t('allergies.reactionNotRecorded')
}
