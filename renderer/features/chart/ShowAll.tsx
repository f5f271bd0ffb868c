import { t } from '../../messages/index.ts'
import { Button } from '../../ui/Button.tsx'

interface ShowAllProps {
  /** How many rows are shown at most; absent: all. */
  readonly shown: number | undefined
  readonly of: number
  readonly onShow: (() => void) | undefined
}

/** A list that is cut says so, and leads to the rest. */
export function ShowAll({ shown, of, onShow }: ShowAllProps) {
  if (shown === undefined || of <= shown || !onShow) return null
  return (
    <Button kind="plain" onClick={onShow}>
      {t('section.more', { count: of })}
    </Button>
  )
}
