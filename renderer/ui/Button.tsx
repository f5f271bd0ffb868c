import type { ButtonHTMLAttributes, Ref } from 'react'
import styles from './Button.module.css'

interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className' | 'style' | 'title'> {
  /** `primary`: the one thing to do here. `plain`: a word in a line of text. */
  readonly kind?: 'primary' | 'secondary' | 'plain' | 'danger'
  readonly ref?: Ref<HTMLButtonElement>
}

/** A native button: the platform does what a button needs. */
export function Button({ kind = 'secondary', type = 'button', ...rest }: ButtonProps) {
  return <button {...rest} type={type} className={`${styles['button']} ${styles[kind]}`} />
}
