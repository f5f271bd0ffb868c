import type { Rng } from './random.ts'

export interface PersonName {
  readonly family: string
  /** Empty for who has one name alone. */
  readonly given: readonly string[]
  readonly prefix?: string
  readonly suffix?: readonly string[]
  /** The same name in Latin letters, where the first is in another script. */
  readonly latin?: { readonly family: string; readonly given: readonly string[] }
}

type List = readonly [string, ...string[]]

/** A naming tradition of the town. `race` and `ethnicity` are the OMB codes that US Core asks for. */
export interface Tradition {
  readonly share: number
  readonly female: List
  readonly male: List
  readonly family: List
  readonly race: { readonly code: string; readonly display: string }
  readonly hispanic: boolean
  readonly language: { readonly code: string; readonly display: string }
}

const races = {
  white: { code: '2106-3', display: 'White' },
  black: { code: '2054-5', display: 'Black or African American' },
  asian: { code: '2028-9', display: 'Asian' },
  native: { code: '1002-5', display: 'American Indian or Alaska Native' },
  pacific: { code: '2076-8', display: 'Native Hawaiian or Other Pacific Islander' },
} as const

const languages = {
  english: { code: 'en', display: 'English' },
  spanish: { code: 'es', display: 'Spanish' },
  vietnamese: { code: 'vi', display: 'Vietnamese' },
  arabic: { code: 'ar', display: 'Arabic' },
} as const

/** Invented combinations of common names. Shares are of the order of the US census, not more. */
export const traditions = {
  english: {
    share: 38,
    female: ['Margaret', 'Carol', 'Judith', 'Heather', 'Emily', 'Hannah', 'Abigail', 'Donna', 'Claire', 'Olivia', 'Ruth', 'Paige'],
    male: ['Walter', 'Kenneth', 'Douglas', 'Brian', 'Ethan', 'Owen', 'Gerald', 'Scott', 'Henry', 'Lucas', 'Russell', 'Tyler'],
    family: ['Ashworth', 'Bellamy', 'Crandall', 'Draper', 'Ellsworth', 'Fairbanks', 'Goodwin', 'Hargrove', 'Larkin', 'Merrick', 'Prescott', 'Whitlock'],
    race: races.white,
    hispanic: false,
    language: languages.english,
  },
  hispanic: {
    share: 18,
    female: ['Guadalupe', 'Ximena', 'Rosario', 'Marisol', 'Beatriz', 'Yolanda', 'Camila', 'Inés'],
    male: ['Alejandro', 'Joaquín', 'Ramón', 'Esteban', 'Emilio', 'Hernán', 'Mateo', 'Ángel'],
    family: ['Castañeda', 'Fuentes Rivas', 'Montoya', 'Palacios', 'Quiñones', 'Saldívar', 'Valdés Ortega', 'Zamora'],
    race: races.white,
    hispanic: true,
    language: languages.spanish,
  },
  africanAmerican: {
    share: 13,
    female: ['Denise', 'Latoya', 'Imani', 'Jasmine', 'Ebony', 'Gloria', 'Nia', 'Tamika'],
    male: ['Marcus', 'Darnell', 'Isaiah', 'Terrence', 'Malik', 'Andre', 'Jerome', 'Xavier'],
    family: ['Banks', 'Coleman', 'Dawkins', 'Gaines', 'Mosley', 'Pettway', 'Rollins', 'Tolliver'],
    race: races.black,
    hispanic: false,
    language: languages.english,
  },
  eastAsian: {
    share: 7,
    female: ['Mei-Ling', 'Soo-jin', 'Yuki', 'Xiulan', 'Hana', 'Ji-woo'],
    male: ['Wei', 'Min-jun', 'Haruto', 'Jianguo', 'Kenji', 'Dong-hyun'],
    family: ['Bae', 'Chiu', 'Fujimori', 'Hwang', 'Okabe', 'Tseng', 'Xu', 'Yamashita'],
    race: races.asian,
    hispanic: false,
    language: languages.english,
  },
  southAsian: {
    share: 6,
    female: ['Ananya', 'Deepika', 'Farhana', 'Kavitha', 'Nasreen', 'Sunita'],
    male: ['Arjun', 'Bilal', 'Harpreet', 'Imran', 'Sanjay', 'Venkatesh'],
    family: ['Bhattacharya', 'Chowdhury', 'Grewal', 'Iyer', 'Malhotra', 'Qureshi', 'Subramanian', 'Thapa'],
    race: races.asian,
    hispanic: false,
    language: languages.english,
  },
  vietnamese: {
    share: 4,
    female: ['Thị Lan', 'Ngọc Bích', 'Minh Châu', 'Thu Hà'],
    male: ['Văn Hùng', 'Quốc Bảo', 'Đức Thành', 'Minh Tuấn'],
    family: ['Đặng', 'Huỳnh', 'Lương', 'Nguyễn', 'Phạm', 'Trịnh'],
    race: races.asian,
    hispanic: false,
    language: languages.vietnamese,
  },
  middleEastern: {
    share: 4,
    female: ['Layla', 'Noor', 'Shirin', 'Yasmin'],
    male: ['Khalid', 'Omid', 'Tariq', 'Yusuf'],
    family: ['Al-Hakim', 'Daher', 'Farrokhzad', 'Haddad', 'Mansour', 'Rahmani'],
    race: races.white,
    hispanic: false,
    language: languages.arabic,
  },
  westAfrican: {
    share: 4,
    female: ['Adaeze', 'Aïssatou', 'Efua', 'Temitope'],
    male: ['Chukwuemeka', 'Kwabena', 'Ousmane', 'Oluwaseun'],
    family: ['Adeyemi-Cole', 'Boateng', 'Diallo', 'Mensah', "N'Diaye", 'Nwosu'],
    race: races.black,
    hispanic: false,
    language: languages.english,
  },
  slavic: {
    share: 3,
    female: ['Agnieszka', 'Ludmila', 'Milica', 'Zdeňka'],
    male: ['Bohdan', 'Čestmír', 'Stanisław', 'Vuk'],
    family: ['Brzęczek', 'Dvořáček', 'Horvat', 'Kowalczyk', 'Lysenko', 'Živković'],
    race: races.white,
    hispanic: false,
    language: languages.english,
  },
  native: {
    share: 2,
    female: ['Winona', 'Dyani', 'Leotie'],
    male: ['Dakota', 'Ahanu', 'Chayton'],
    family: ['Begaye', 'Running Crane', 'Tsosie', 'Whitehorse'],
    race: races.native,
    hispanic: false,
    language: languages.english,
  },
  pacific: {
    share: 1,
    female: ['Leilani', 'Sina', 'Moana'],
    male: ['Kekoa', 'Sione', 'Tavita'],
    family: ["Ka'ahumanu", 'Leota', 'Tuiasosopo-Fale'],
    race: races.pacific,
    hispanic: false,
    language: languages.english,
  },
} as const satisfies Record<string, Tradition>

export type TraditionKey = keyof typeof traditions

// The keys of an object literal are its keys: nothing adds to it.
const traditionKeys = Object.keys(traditions) as TraditionKey[]

/** A tradition by its share of the town. */
export function drawTradition(rng: Rng): TraditionKey {
  let ticket = rng.unit() * traditionKeys.reduce((sum, key) => sum + traditions[key].share, 0)
  for (const key of traditionKeys) {
    ticket -= traditions[key].share
    if (ticket < 0) return key
  }
  return 'english'
}

export function drawName(tradition: Tradition, sex: 'female' | 'male', rng: Rng): PersonName {
  const first = rng.pick(tradition[sex])
  const middle = rng.chance(0.4) ? [rng.pick(['A.', 'B.', 'E.', 'J.', 'L.', 'M.', 'R.', 'T.'])] : []
  return { family: rng.pick(tradition.family), given: [first, ...middle] }
}
