import styles from './CriticalMark.module.css'

/** Unmistakable at arm's length, and without colour: a filled shape, and the word. */
export function CriticalMark({ children }: { readonly children: string }) {
  return (
    <span className={styles['mark']}>
      <span aria-hidden="true">!</span> {children}
    </span>
  )
}
