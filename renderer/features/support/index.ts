export { SupportDesk } from './SupportDesk.tsx'
