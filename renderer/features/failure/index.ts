export { FailureNotice } from './FailureNotice.tsx'
export { Retry } from './Retry.tsx'
