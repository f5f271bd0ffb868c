import type { ReactNode } from 'react'
import type { OrderKind } from '../../../../shared/desk/order-kinds.ts'
import { t } from '../../../messages/index.ts'
import { Button } from '../../../ui/Button.tsx'
import styles from './OrderButtons.module.css'
import { dangerous, harmless } from './order-words.ts'

interface OrderButtonsProps {
  /** They are called after it. */
  readonly testId: string
  /** There is nobody yet whom an order could be for: whoever presses one is told so. */
  readonly isDimmed?: boolean
  readonly onAsk: (kind: OrderKind) => void
  /** What stands before them. */
  readonly children?: ReactNode
}

/** The orders there are: those that take something from somebody stand apart, at the other end. */
export function OrderButtons({ testId, isDimmed = false, onAsk, children }: OrderButtonsProps) {
  const button = (kind: OrderKind, style: 'secondary' | 'danger') => (
    <Button key={kind} kind={style} aria-disabled={isDimmed} onClick={() => onAsk(kind)} data-testid={`${testId}-${kind}`}>
      {t(`desk.order.${kind}`)}…
    </Button>
  )
  return (
    <div className={styles['orders']}>
      {children}
      {harmless.map((kind) => button(kind, 'secondary'))}
      <div className={styles['dangerous']}>{dangerous.map((kind) => button(kind, 'danger'))}</div>
    </div>
  )
}
