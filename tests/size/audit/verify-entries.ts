import { verifyChain } from '../../../electron/audit/verify/verify.ts'

// Verifies a chain, and says how much memory that took at most.
const { holds, entries } = await verifyChain(process.argv[2] ?? '')
process.stdout.write(JSON.stringify({ holds, entries, kilobytes: process.resourceUsage().maxRSS }))
