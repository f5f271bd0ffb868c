import { workingDay } from '../calendar.ts'
import type { Course, DiseaseModule, PlannedVisit } from '../course.ts'
import { drifts, moves } from '../physiology.ts'

/** Days from the last menstrual period to the due date (Naegele). */
export const gestationDays = 280

/** A pregnancy without complications, by the usual calendar of visits: monthly to 28 weeks, fortnightly to 36, then weekly. */
export const pregnancy: DiseaseModule = (person, lastPeriod, rng): Course => {
  const birth = lastPeriod + gestationDays + rng.int(-10, 6)
  const isDelivered = birth + 3 <= person.until
  const until = isDelivered ? birth : undefined
  const weeks = [8, 12, 16, 20, 24, 28, 30, 32, 34, 36, 37, 38, 39]
  const prenatal = weeks.map((week): PlannedVisit => ({
    day: workingDay(lastPeriod + week * 7),
    type: 'prenatal',
    reason: 'pregnancy',
    ...(week === 8 && { panels: ['pregnancyTest', 'bloodCount', 'urinalysis', 'thyroid'] as const, procedures: ['obstetricUltrasound'] as const }),
    ...(week === 20 && { procedures: ['obstetricUltrasound'] as const }),
    ...(week === 28 && { panels: ['bloodCount', 'glycatedHemoglobin'] as const }),
    ...(week === 36 && { panels: ['bloodCount', 'urinalysis'] as const }),
    story: week < 12 ? 'Nausea in the morning, no bleeding.' : 'Feels well, no bleeding, no contractions.' + (week >= 20 ? ' Feels the baby move.' : ''),
  })).filter(({ day }) => day < birth)
  const isCesarean = rng.chance(0.3)
  const delivery: PlannedVisit[] = isDelivered
    ? [
        { day: birth, type: 'inpatient', reason: 'pregnancy', nights: isCesarean ? 3 : 2, panels: ['bloodCount'], procedures: [isCesarean ? 'cesarean' : 'delivery'], shifts: { hemoglobin: -1.1 }, story: 'Regular contractions since the night, at term.' },
        { day: workingDay(birth + 42), type: 'postnatal', reason: 'pregnancy', panels: ['bloodCount'], story: 'Six weeks after the birth. Sleeps little, otherwise well.' },
      ]
    : []
  const recorded = workingDay(lastPeriod + 56)
  return {
    problems: [{ problem: 'pregnancy', onset: lastPeriod, precision: 'day', recorded, ...(until !== undefined && { abated: until }), list: 'problem-list-item' }],
    prescriptions: [{ drug: 'prenatalVitamin', sig: { amount: 1, times: 1 }, from: recorded, ...(until !== undefined && { until: until + 42 }), reason: 'pregnancy' }],
    visits: [...prenatal, ...delivery],
    trends: [
      drifts('weight', lastPeriod + 70, 21, 12),
      moves('weight', birth, -10, 40),
      moves('hemoglobin', lastPeriod + 60, -1.5, 120),
      moves('hemoglobin', birth, 1.5, 60),
      moves('heartRate', lastPeriod + 60, 9, 120),
      moves('heartRate', birth, -9, 30),
    ],
    // ACIP: Tdap in every pregnancy, between 27 and 36 weeks.
    doses: [{ vaccine: 'tdap', day: workingDay(lastPeriod + 28 * 7) }],
    pregnancy: { from: lastPeriod, ...(until !== undefined && { until }) },
  }
}
