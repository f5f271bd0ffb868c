import i18next from 'i18next'
import { en } from './en.ts'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation'
    keySeparator: false
    nsSeparator: false
    resources: { translation: typeof en }
  }
}

export type MessageKey = keyof typeof en

const catalogue = i18next.createInstance()
void catalogue.init({
  lng: 'en',
  fallbackLng: false,
  initAsync: false,
  keySeparator: false,
  nsSeparator: false,
  resources: { en: { translation: en } },
  // React escapes; a value is never read as a pattern.
  interpolation: { escapeValue: false, skipOnVariables: true },
})

/** The words for a key of the catalogue. */
export const t = catalogue.t
