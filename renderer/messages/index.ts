export { failureWords } from './failures.ts'
export { type MessageKey, t } from './catalogue.ts'
