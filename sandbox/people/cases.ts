import type { Profile } from './person.ts'
import { opaqueId } from './random.ts'

/**
 * People that tests and demonstrations look for. They are the first of every population, in this order;
 * a population smaller than the list has only the first of them.
 */
const profiles = {
  sameNameOlder: { name: { family: 'Ashworth', given: ['Robert', 'J.'] }, tradition: 'english', sex: 'male', birthDate: '1951-03-14' },
  sameNameYounger: { name: { family: 'Ashworth', given: ['Robert', 'J.'] }, tradition: 'english', sex: 'male', birthDate: '1987-11-02' },
  mariaLopez: { name: { family: 'Lopez', given: ['Maria'] }, tradition: 'hispanic', sex: 'female', birthDate: '1964-06-09', diseases: ['type-2-diabetes', 'hypertension'] },
  marieLopes: { name: { family: 'Lopes', given: ['Marie'] }, tradition: 'hispanic', sex: 'female', birthDate: '1964-09-06', diseases: ['hypothyroidism'] },
  bornYearOnly: { birthDate: '1948' },
  bornYearMonth: { birthDate: '1972-02' },
  restricted: { tradition: 'english', sex: 'female', age: 41, isRestricted: true, diseases: ['depression', 'reflux'] },
  deceased: { age: 83, isDeceased: true, diseases: ['heart-failure', 'hypertension', 'coronary-disease'], codeStatus: 'do-not-resuscitate' },
  noData: { age: 34, isEmpty: true, diseases: [] },
  missingRanges: { age: 58, sex: 'male', ranges: 'missing', diseases: ['type-2-diabetes', 'hyperlipidemia', 'hypertension'] },
  oneSidedRanges: { age: 62, sex: 'female', ranges: 'one-sided', diseases: ['type-2-diabetes', 'hyperlipidemia', 'hypothyroidism'] },
  mistakes: {
    age: 66,
    sex: 'female',
    hasMistakes: true,
    isThorough: true,
    isDeceased: false,
    codeStatus: 'full',
    record: { years: 19, daysBetween: 90 },
    diseases: ['hypertension', 'osteoarthritis', 'depression', 'atrial-fibrillation'],
    allergies: [
      { allergen: 'codeine', type: 'intolerance', criticality: 'low', reaction: { manifestation: 'nausea', severity: 'mild' }, verification: 'confirmed' },
      { allergen: 'penicillin', type: 'allergy', criticality: 'low', reaction: { manifestation: 'rash', severity: 'mild' }, verification: 'refuted' },
      { allergen: 'latex', type: 'allergy', criticality: 'high', reaction: { manifestation: 'anaphylaxis', severity: 'severe' }, verification: 'entered-in-error' },
    ],
  },
  longName: {
    name: {
      family: 'Wolfeschlegelsteinhausen-Featherstonehaugh y Montemayor de la Santísima Concepción',
      given: ['Maximiliana-Alexandrina', 'Philippa Konstantina', 'Bartholomea', 'Evangeline-Seraphina'],
    },
    sex: 'female',
    age: 67,
  },
  apostrophe: { name: { family: "O'Shaughnessy-D'Arcy", given: ["Ke'Shawn", 'Pádraig'] }, tradition: 'english', sex: 'male', age: 49 },
  diacritics: { name: { family: 'Škvorecký-Łuczak', given: ['Zoë', 'Ðurđica'] }, tradition: 'slavic', sex: 'female', age: 38 },
  rightToLeft: {
    name: { family: 'الحكيم', given: ['ليلى'], latin: { family: 'Al-Hakim', given: ['Layla'] } },
    tradition: 'middleEastern',
    sex: 'female',
    age: 52,
    diseases: ['type-2-diabetes', 'hypertension'],
  },
  heavy: {
    age: 78,
    sex: 'male',
    diseases: [
      'type-2-diabetes',
      'hypertension',
      'hyperlipidemia',
      'chronic-kidney-disease',
      'heart-failure',
      'atrial-fibrillation',
      'coronary-disease',
      'copd',
      'osteoarthritis',
      'gout',
    ],
    smoking: 'former',
    record: { years: 17, daysBetween: 18 },
    isDeceased: false,
    codeStatus: 'full',
  },
  noKnownAllergies: { age: 44, allergies: 'none-known' },
  allergiesNotRecorded: { age: 45, allergies: 'not-recorded' },
  severeAllergy: {
    age: 36,
    allergies: [
      { allergen: 'penicillin', type: 'allergy', criticality: 'high', reaction: { manifestation: 'anaphylaxis', severity: 'severe' }, verification: 'confirmed' },
      { allergen: 'latex', type: 'allergy', criticality: 'low', reaction: { manifestation: 'hives', severity: 'mild' }, verification: 'confirmed' },
    ],
  },
  reactionNotRecorded: {
    age: 70,
    isDeceased: false,
    allergies: [
      { allergen: 'cotrimoxazole', type: 'allergy', criticality: 'unable-to-assess', verification: 'unconfirmed' },
      { allergen: 'codeine', type: 'intolerance', criticality: 'low', reaction: { manifestation: 'nausea', severity: 'moderate' }, verification: 'confirmed' },
    ],
  },
  criticalPotassium: { age: 71, sex: 'male', isDeceased: false, isInHospital: 'critical-potassium', diseases: ['chronic-kidney-disease', 'hypertension', 'type-2-diabetes'] },
  doNotResuscitate: { age: 88, isDeceased: false, codeStatus: 'do-not-resuscitate', diseases: ['dementia', 'hypertension', 'osteoarthritis'] },
  child: { age: 6, diseases: [] },
  infant: { age: 0, diseases: [] },
  pregnant: { age: 29, sex: 'female', diseases: ['pregnancy'], gestation: 27 },
  onWarfarin: { age: 74, isDeceased: false, diseases: ['atrial-fibrillation', 'chronic-kidney-disease', 'hypertension'], allergies: 'none-known' },
  sickleCell: { age: 23, tradition: 'africanAmerican', diseases: ['sickle-cell'] },
  breastCancer: { age: 59, sex: 'female', diseases: ['breast-cancer', 'hypothyroidism'] },
  heartFailure: { age: 72, sex: 'female', isDeceased: false, diseases: ['heart-failure', 'hypertension', 'type-2-diabetes'] },
  copd: { age: 66, sex: 'male', smoking: 'daily', diseases: ['copd', 'hyperlipidemia'] },
  sexUnknown: { age: 27, recordedGender: 'unknown', diseases: [] },
  heaviest: {
    age: 81,
    sex: 'female',
    diseases: ['type-2-diabetes', 'hypertension', 'hyperlipidemia', 'chronic-kidney-disease', 'heart-failure', 'atrial-fibrillation', 'coronary-disease', 'hypothyroidism', 'depression', 'osteoarthritis', 'gout', 'reflux'],
    smoking: 'former',
    record: { years: 21, daysBetween: 13, panels: ['metabolic', 'bloodCount'] },
    isDeceased: false,
    codeStatus: 'full',
    isThorough: true,
  },
  hebrew: { name: { family: 'לוי־כהן', given: ['שרה', 'רבקה'], latin: { family: 'Levi-Cohen', given: ['Sarah', 'Rivka'] } }, tradition: 'middleEastern', sex: 'female', age: 46 },
  // Written with combining marks (NFD): to the eye and to a search it is the name that is written without.
  combiningMarks: { name: { family: 'Nguye\u0302\u0303n', given: ['Ho\u0302\u0300ng', 'Ha\u0323nh'] }, tradition: 'vietnamese', sex: 'female', age: 31 },
  chinese: { name: { family: '歐陽', given: ['曉明'], latin: { family: 'Ouyang', given: ['Xiaoming'] } }, tradition: 'eastAsian', sex: 'male', age: 57 },
  singleName: { name: { family: 'Suparno', given: [] }, tradition: 'southAsian', sex: 'male', age: 63 },
  suffixes: { name: { prefix: 'Dr.', family: "St. John-O'Malley", given: ['William', 'Henry', 'J. R.'], suffix: ['III', 'Esq.'] }, tradition: 'english', sex: 'male', age: 69, isDeceased: false },
  twoHundredCharacters: {
    name: {
      family: 'Featherstonehaugh-Cholmondeley-Marjoribanks of Wriothesley and Auchinleck-Dalziel y Montemayor',
      given: ['Alejandra-Bernardetta', 'Constantina-Dominique', 'Evangelina-Francisca', 'Guillermina-Henrietta', 'Josephine-Konstanze'],
    },
    sex: 'female',
    age: 54,
  },
  firstTwin: { name: { family: 'Tolliver', given: ['Jayden', 'M.'] }, tradition: 'africanAmerican', sex: 'male', birthDate: '2014-04-17', diseases: ['asthma'] },
  secondTwin: { name: { family: 'Tolliver', given: ['Jaylen', 'M.'] }, tradition: 'africanAmerican', sex: 'male', birthDate: '2014-04-17', diseases: [] },
  everyDocument: { age: 76, sex: 'male', isDeceased: false, isThorough: true, codeStatus: 'do-not-resuscitate', record: { years: 19, daysBetween: 100 }, diseases: ['atrial-fibrillation', 'hypertension', 'osteoarthritis', 'coronary-disease'], allergies: 'none-known' },
  drugsByReference: { age: 60, sex: 'female', isDeceased: false, hasDrugsByReference: true, diseases: ['type-2-diabetes', 'hypertension', 'hyperlipidemia', 'asthma'] },
  diedUndated: { age: 84, isDeceased: true, isDeathUndated: true, diseases: ['dementia', 'hypertension'] },
  genderOther: { age: 33, recordedGender: 'other', diseases: ['depression'] },
} as const satisfies Record<string, Profile>

export type CaseName = keyof typeof profiles

// The keys of an object literal are its keys: nothing adds to it.
export const caseNames = Object.keys(profiles) as CaseName[]

/** Where each case stands in the population. */
export const cases: Readonly<Record<CaseName, number>> =
  // One entry per name, from the same list.
  Object.fromEntries(caseNames.map((name, index) => [name, index])) as Record<CaseName, number>

/** The `Patient.id` of a case in the population of a seed. */
export function caseId(seed: number, name: CaseName): string {
  return opaqueId(`${seed}/patient/${cases[name]}`)
}

/** What is fixed about the person at this place; nothing, after the cases. */
export function profileAt(index: number): Profile {
  const name = caseNames[index]
  return name === undefined ? {} : profiles[name]
}
