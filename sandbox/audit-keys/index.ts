export { auditKeyRoutes } from './routes.ts'
