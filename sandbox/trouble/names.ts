import type { Deed } from './trouble.ts'

type Listed<T> = T extends string ? (string extends T ? never : T) : never
type Variants<D> = D extends Deed ? { [K in Exclude<keyof D, 'do'>]: Listed<D[K]> }[Exclude<keyof D, 'do'>] : never
type NameOf<D> = D extends Deed ? ([Variants<D>] extends [never] ? D['do'] : `${D['do']}: ${Variants<D>}`) : never

/** Every trouble that there is, as `drop: in-body`; one that is told by numbers and texts alone has one name, `delay`. */
export type TroubleName = NameOf<Deed>
