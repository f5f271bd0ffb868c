export { LockedOut } from './LockedOut.tsx'
export { LockScreen } from './LockScreen.tsx'
export { WaitingPeople } from './WaitingPeople.tsx'
