export { FlushRegistry } from './flush.ts'
export { type Services, ServicesProvider, useServices } from './services.ts'
export { useSession, SessionProvider } from './session.ts'
