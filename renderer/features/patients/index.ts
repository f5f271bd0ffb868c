export { asPatientId } from './patient-id.ts'
export { Patients } from './Patients.tsx'
export { shortestSearch, usePatientSearch } from './queries.ts'
export { useSettled } from './use-settled.ts'
