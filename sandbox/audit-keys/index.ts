export { type AuditKeys, openAuditKeys } from './keys.ts'
export { auditKeyRoutes } from './routes.ts'
