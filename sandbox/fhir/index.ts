export { loadResources } from './load.ts'
export { fhirApi, type FhirApiOptions } from './router.ts'
export { type FhirStore, openStore } from './store.ts'
