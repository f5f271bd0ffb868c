export { Patients } from './Patients.tsx'
