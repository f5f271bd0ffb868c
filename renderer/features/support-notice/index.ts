export { OutOfReach } from './OutOfReach.tsx'
export { SupportNotice } from './SupportNotice.tsx'
