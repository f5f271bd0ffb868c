import { carryOut } from '../../../electron/vault/hsm/carry-out.ts'
import type { Job } from '../../../electron/vault/hsm/job.ts'

// electron/vault/hsm/main.ts under plain Node: one job, one answer.
process.once('message', (job: Job) => process.send?.(carryOut(job)))
