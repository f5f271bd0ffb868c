import { type Laboratory, readLaboratory } from '../../../shared/clinical/index.ts'

/** A laboratory result of an invented patient, for tests. `days` is its age at `testNow`. */
export function labResult({ id, test, value, low, high, days, code }: { id: string; test: string; value: number; low?: number; high?: number; days: number; code: string }) {
  const quantity = (number: number) => ({ value: number, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' })
  return {
    resourceType: 'Observation',
    id,
    status: 'final',
    code: { text: test, coding: [{ system: 'http://loinc.org', code }] },
    subject: { reference: 'Patient/p' },
    effectiveDateTime: new Date(testNow - days * 86_400_000).toISOString(),
    valueQuantity: quantity(value),
    referenceRange: [{ ...(low === undefined ? {} : { low: quantity(low) }), ...(high === undefined ? {} : { high: quantity(high) }) }],
  }
}

export const testNow = Date.UTC(2026, 10, 23, 12)

export function readTestLaboratory(resources: readonly unknown[]): Laboratory {
  return readLaboratory(resources, { sex: undefined, birthDate: undefined }, 'UTC')
}
