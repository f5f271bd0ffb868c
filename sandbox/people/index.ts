/** Synthetic people: staff who may sign in, patients with years of coherent history, and the cases that tests look for. */
export { caseId, caseNames } from './cases.ts'
export { catalogues } from './codes/catalogues.ts'
export { generateHospital, hospitalPart, type Population } from './hospital.ts'
export { staff } from './staff.ts'
