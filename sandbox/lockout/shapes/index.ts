/** What the lockout reads and answers, as `docs/lockout-api.json` tells it. */
export * from './alerts.ts'
export * from './history.ts'
export * from './orders.ts'
export * from './unlock-help.ts'
export * from './words.ts'
export * from './workstations.ts'
