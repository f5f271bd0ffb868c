import { type Assessment, isAbnormal } from '../../../../shared/clinical/index.ts'
import { worstFlag } from '../../../../shared/clinical/interpretation.ts'

const notAssessed: Assessment = { flag: 'not-assessed', why: 'not-a-number', disagreement: undefined }

/**
 * What is said of a pair (systolic and diastolic): its graver half where one is abnormal. Normal only where both halves were
 * found normal; a half that is missing or was not assessed leaves the pair not assessed.
 */
export function pairAssessment(one: Assessment | undefined, other: Assessment | undefined): Assessment {
  const halves = [one ?? notAssessed, other ?? notAssessed] as const
  const [grave, alsoGrave] = halves.filter(({ flag }) => isAbnormal(flag))
  if (grave && alsoGrave) return { flag: worstFlag(grave.flag, alsoGrave.flag), why: undefined, disagreement: grave.disagreement ?? alsoGrave.disagreement }
  return grave ?? halves.find(({ flag }) => flag === 'not-assessed') ?? halves[0]
}
