/** Why a policy was not taken. Worded on the screen by `reason`; `detail` is for whoever wrote the file. */
export interface PolicyRefusal {
  readonly reason:
    | 'unreadable' // there, but the system does not let it be read
    | 'unprotected' // someone other than the administrator could have written it
    | 'too-large'
    | 'syntax' // not JSON
    | 'duplicate-key' // JSON readers take the last of two, people the first
    | 'unknown-key'
    | 'value'
    | 'ca-file' // the authorities it names cannot be read, or are none
  /** From 1; 0 where it is about the file as a whole. */
  readonly line: number
  readonly column: number
  /** Dotted path of the key, empty for the whole. */
  readonly key: string
  /** In English, from the parser or the schema: names keys and bounds of the policy, which holds no secret and no patient. */
  readonly detail: string
}

export const aboutTheFile = { line: 0, column: 0, key: '' } as const
