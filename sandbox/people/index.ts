/** Synthetic people: staff who may sign in, patients with years of coherent history, and the cases that tests look for. */
export { type CaseName, caseId, caseNames, cases } from './cases.ts'
export { type CodeCatalogue, catalogues } from './codes/catalogues.ts'
export { generateHospital, hospitalPart, type Population } from './hospital.ts'
export { staff } from './staff.ts'
