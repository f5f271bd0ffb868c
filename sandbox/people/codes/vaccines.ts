import type { Concept } from './concept.ts'

/** CVX, the CDC's list of vaccines administered: https://www2a.cdc.gov/vaccines/iis/iisstandards/vaccines.asp?rpt=cvx */
export const vaccines = {
  hepatitisB: { code: '08', display: 'Hep B, adolescent or pediatric' },
  rotavirus: { code: '116', display: 'rotavirus, pentavalent' },
  dtap: { code: '20', display: 'DTaP' },
  hib: { code: '48', display: 'Hib (PRP-T)' },
  pneumococcal13: { code: '133', display: 'Pneumococcal conjugate PCV 13' },
  pneumococcal20: { code: '216', display: 'Pneumococcal conjugate vaccine 20-valent (PCV20)' },
  polio: { code: '10', display: 'IPV' },
  influenzaQuadrivalent: { code: '150', display: 'influenza, injectable, quadrivalent, preservative free' },
  influenzaTrivalent: { code: '140', display: 'influenza, split virus, trivalent, preservative free' },
  mmr: { code: '03', display: 'MMR' },
  varicella: { code: '21', display: 'varicella' },
  hepatitisA: { code: '83', display: 'Hep A, ped/adol, 2 dose' },
  tdap: { code: '115', display: 'Tdap' },
  hpv: { code: '165', display: 'HPV9' },
  meningococcal: { code: '114', display: 'meningococcal MCV4P' },
  zoster: { code: '187', display: 'zoster recombinant' },
  covid: { code: '208', display: 'COVID-19, mRNA, LNP-S, PF, 30 mcg/0.3 mL dose' },
} as const satisfies Record<string, Concept>

export type VaccineKey = keyof typeof vaccines
