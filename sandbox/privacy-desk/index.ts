export { type DeskAlert, type DeskOverride, readDesk } from './desk.ts'
