import type { Concept } from './concept.ts'

/** LOINC: vital signs (US Core vital signs profiles), scores and social history. */
export const observations = {
  bloodPressure: { code: '85354-9', display: 'Blood pressure panel with all children optional', text: 'Blood pressure' },
  systolic: { code: '8480-6', display: 'Systolic blood pressure' },
  diastolic: { code: '8462-4', display: 'Diastolic blood pressure' },
  heartRate: { code: '8867-4', display: 'Heart rate' },
  respiratoryRate: { code: '9279-1', display: 'Respiratory rate' },
  pulseOximetry: { code: '59408-5', display: 'Oxygen saturation in Arterial blood by Pulse oximetry', text: 'Oxygen saturation (SpO2)' },
  oxygenSaturation: { code: '2708-6', display: 'Oxygen saturation in Arterial blood' },
  temperature: { code: '8310-5', display: 'Body temperature' },
  height: { code: '8302-2', display: 'Body height' },
  weight: { code: '29463-7', display: 'Body weight' },
  bodyMassIndex: { code: '39156-5', display: 'Body mass index (BMI) [Ratio]', text: 'Body mass index' },
  headCircumference: { code: '9843-4', display: 'Head Occipital-frontal circumference', text: 'Head circumference' },
  fetalHeartRate: { code: '55283-6', display: 'Fetal Heart rate' },
  fundalHeight: { code: '11881-0', display: 'Uterus Fundal height Tape measure', text: 'Fundal height' },
  deliveryDate: { code: '11778-8', display: 'Delivery date Estimated', text: 'Estimated date of delivery' },
  pregnancyStatus: { code: '82810-3', display: 'Pregnancy status' },
  ejectionFraction: { code: '10230-1', display: 'Left ventricular Ejection fraction' },
  smokingStatus: { code: '72166-2', display: 'Tobacco smoking status' },
} as const satisfies Record<string, Concept>
