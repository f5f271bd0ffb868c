export { KeychainNotice } from './KeychainNotice.tsx'
