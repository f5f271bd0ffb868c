import { workingDay } from '../calendar.ts'
import type { Course, DiseaseModule } from '../course.ts'
import { ageOn } from '../person.ts'
import { standing } from '../treatments.ts'

/** Breast cancer, early and hormone receptor positive: lumpectomy, radiotherapy, five years of hormone therapy, a mammogram each year. */
export const breastCancer: DiseaseModule = (person, onset): Course => {
  const surgery = workingDay(onset + 24)
  const radiotherapy = workingDay(surgery + 45)
  const hormones = workingDay(radiotherapy + 40)
  const isBeforeMenopause = ageOn(person, onset) < 51
  return {
    problems: [{ ...standing(person, 'breastCancer', onset), note: 'Left breast, stage I (T1c N0 M0), estrogen receptor positive, HER2 negative.' }],
    prescriptions: [
      {
        drug: isBeforeMenopause ? 'tamoxifen10' : 'anastrozole1',
        sig: isBeforeMenopause ? { amount: 2, times: 1 } : { amount: 1, times: 1 },
        from: hormones,
        until: workingDay(hormones + 5 * 365),
        reason: 'breastCancer',
      },
    ],
    visits: [
      { day: onset, type: 'followUp', reason: 'breastCancer', procedures: ['breastBiopsy'], panels: ['bloodCount', 'liver'], story: 'A lump in the left breast, found by screening and confirmed by biopsy.' },
      { day: surgery, type: 'inpatient', reason: 'breastCancer', nights: 1, procedures: ['lumpectomy'], panels: ['bloodCount'], story: 'Planned lumpectomy with sentinel node biopsy.' },
      { day: radiotherapy, type: 'followUp', reason: 'breastCancer', procedures: ['radiotherapy'], story: 'Radiotherapy, 15 fractions; skin red, not broken.' },
      { day: hormones, type: 'followUp', reason: 'breastCancer', panels: ['bloodCount', 'liver'] },
      ...[1, 2, 3, 4, 5, 6].map((year) => ({ day: workingDay(onset + year * 365), type: 'followUp', reason: 'breastCancer', procedures: ['mammography'], panels: ['bloodCount'] }) as const),
    ],
    routines: [{ everyDays: 180, from: hormones }],
  }
}
