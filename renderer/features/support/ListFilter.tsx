import fields from '../../ui/fields.module.css'

interface ListFilterProps<Name extends string> {
  readonly label: string
  readonly testId: string
  readonly names: readonly Name[]
  readonly shown: Name
  readonly wordsOf: (name: Name) => string
  readonly onShow: (name: Name) => void
}

/** Which lines of a list are shown. */
export function ListFilter<Name extends string>({ label, testId, names, shown, wordsOf, onShow }: ListFilterProps<Name>) {
  return (
    <div className={fields['filter']}>
      <label className={fields['field']}>
        {label}
        <select
          value={shown}
          data-testid={testId}
          onChange={({ target }) => {
            const chosen = names.find((each) => each === target.value)
            if (chosen !== undefined) onShow(chosen)
          }}
        >
          {names.map((each) => (
            <option key={each} value={each}>
              {wordsOf(each)}
            </option>
          ))}
        </select>
      </label>
    </div>
  )
}
