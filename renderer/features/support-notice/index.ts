export { SupportNotice } from './SupportNotice.tsx'
