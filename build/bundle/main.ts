import { explainFailure } from '../setup/step.ts'
import { projectRoot } from '../setup/places.ts'
import { bundle } from './bundle.ts'

/** Builds the application: `node build/bundle/main.ts`. Quick when it is built already. */
try {
  const started = performance.now()
  if (await bundle(projectRoot)) console.log(`✓ Application built (${((performance.now() - started) / 1000).toFixed(1)} s)`)
} catch (error) {
  console.error(explainFailure(error))
  process.exitCode = 1
}
