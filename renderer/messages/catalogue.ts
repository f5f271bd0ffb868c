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

type Words = (key: MessageKey, values?: object) => string

// The library's own type says which values each key takes; in here they are only handed on.
const lookUp = catalogue.t as unknown as Words

/** Words that take no value are looked up once: a chart asks for some of them a hundred times. There is one language, so they never change. */
const fixed = new Map<MessageKey, string>()

const words: Words = (key, values) => {
  if (values !== undefined) return lookUp(key, values)
  const found = fixed.get(key) ?? lookUp(key)
  fixed.set(key, found)
  return found
}

/** The words for a key of the catalogue. */
export const t = words as unknown as typeof catalogue.t // as above
