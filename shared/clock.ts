/** The only way to know the time: passed in, so that a test can hold it still. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z, by the wall clock. */
  now(): number
}
