export { auditingWitness } from './audit-events.ts'
export { type Grants, openGrants } from './grants.ts'
export { breakTheGlass } from './routes.ts'
