import fc from 'fast-check'

/**
 * What property tests draw from, set before each spec. An ordinary run draws the same cases every time, so that it fails for a change and
 * for nothing else; a campaign (`npm run campaign`) draws others each time, and more. A failure says the seed that shows it again.
 */
if (process.env['CHARTKEEP_CAMPAIGN'] === undefined) fc.configureGlobal({ seed: 20_261_123 })
else fc.configureGlobal({ numRuns: 5_000 })
