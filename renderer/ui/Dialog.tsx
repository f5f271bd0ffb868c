import type { ReactNode } from 'react'
import { Dialog as AriaDialog } from 'react-aria-components/Dialog'
import { Heading } from 'react-aria-components/Heading'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import styles from './Dialog.module.css'

interface DialogProps {
  readonly title: string
  /** `alertdialog` where something is about to happen that cannot be undone. */
  readonly role?: 'dialog' | 'alertdialog'
  /** No chart stands behind it that has to stay readable: it may take the height of the window, and more of its width. */
  readonly isLarge?: boolean
  readonly onClose: () => void
  readonly children: ReactNode
}

/** A question over the screen: the focus stays in it, Escape leaves it, and who listens hears its title. */
export function Dialog({ title, role = 'dialog', isLarge = false, onClose, children }: DialogProps) {
  return (
    <ModalOverlay className={`${styles['overlay']} ${isLarge ? styles['high'] : ''}`} data-print="never" isOpen isDismissable={role === 'dialog'} onOpenChange={(open) => (open ? undefined : onClose())}>
      <Modal className={`${styles['modal']} ${isLarge ? styles['wide'] : ''}`}>
        <AriaDialog role={role} className={styles['dialog'] ?? ''}>
          <Heading slot="title" level={2} className={styles['title'] ?? ''}>
            {title}
          </Heading>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}
