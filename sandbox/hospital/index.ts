export { type HospitalOptions, openHospital, type Population, type Progress } from './open.ts'
export { NoRoom } from './room.ts'
