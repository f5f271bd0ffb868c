import styles from './Icon.module.css'

/** Shapes on a 16 × 16 grid, drawn in the colour of the text beside them. */
const shapes = {
  lock: 'M4.5 7V5a3.5 3.5 0 0 1 7 0v2M3.5 7h9v7h-9zM8 10v2',
  close: 'M4 4l8 8M12 4l-8 8',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M10.5 10.5L14 14',
  more: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  warning: 'M8 2l6.5 12h-13zM8 6.5v3.5M8 12h.01',
  offline: 'M2 6.5a9 9 0 0 1 12 0M4.5 9.2a5.4 5.4 0 0 1 7 0M8 12.5h.01M2 2l12 12',
  online: 'M2 6.5a9 9 0 0 1 12 0M4.5 9.2a5.4 5.4 0 0 1 7 0M8 12.5h.01',
  note: 'M3.5 2h9v12h-9zM6 5.5h4M6 8h4M6 10.5h2.5',
  person: 'M8 2.5a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4M2.5 14c.6-3 2.700-4.300 5.500-4.300s4.900 1.300 5.500 4.300',
} as const

export type IconName = keyof typeof shapes

/** A shape beside words; it says nothing by itself and is hidden from who listens. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className={styles['icon']} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={shapes[name]} fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  )
}
