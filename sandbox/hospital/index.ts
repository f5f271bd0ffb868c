export { openHospital, type Progress } from './open.ts'
export { NoRoom } from './room.ts'
