import { circles } from '../../../sandbox/fhir/access/circle.ts'
import { dispatch } from '../../../sandbox/fhir/dispatch.ts'
import { type FhirStore, openStore } from '../../../sandbox/fhir/index.ts'
import { openTerminology } from '../../../sandbox/fhir/terminology/terminology.ts'

/** A server that dies while it writes the seventh of twenty entries. `argv[2]` is the file of its records. */
const store = openStore({ file: process.argv[2] ?? '', clock: { now: () => Date.parse('2026-11-01T08:00:00Z') } })
store.put({ resourceType: 'Patient', id: 'before', name: [{ family: 'Before' }] })

let written = 0
const dying: FhirStore = {
  ...store,
  put(resource, before) {
    written += 1
    const result = store.put(resource, before)
    if (written === 7) process.kill(process.pid, 'SIGKILL')
    return result
  },
}
const caller = { sub: 'dan', practitioner: 'desk-dan', role: 'front-desk', scopes: ['user/*.cruds'], clientId: 'test' } as const
const entry = Array.from({ length: 20 }, (_, index) => ({
  resource: { resourceType: 'Patient', name: [{ family: `Inside ${index}` }] },
  request: { method: 'POST', url: 'Patient' },
}))
dispatch(
  { store: dying, caller, baseUrl: 'http://127.0.0.1/fhir/R4', terminology: openTerminology([]), circle: circles(store)(caller) },
  {
    method: 'POST', path: [], pairs: [], body: { resourceType: 'Bundle', type: 'transaction', entry },
    headers: {
      ifMatch: undefined, ifNoneMatch: undefined, ifNoneExist: undefined, accept: undefined, idempotencyKey: undefined, contentType: undefined, securityContext: undefined,
      prefer: { handling: 'lenient', returned: 'minimal' },
    },
  },
)
