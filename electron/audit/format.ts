/**
 * What the writer and the verifier agree on, and all that they share.
 *
 * A chain is a folder of files `chain-<n>.jsonl`, n from 1 without gaps. A line is one entry: canonical JSON (RFC 8785)
 * of its fields with `seq` (from 1, without gaps, across files), `prev` and `hash`, ended by a line feed.
 * `hash` is SHA-256, in hex, over `prev`, a line feed, and the canonical JSON of the entry without `prev` and `hash`.
 */
export const auditFormat = {
  version: 1,
  /** `prev` of the very first entry. */
  origin: '0'.repeat(64),
  fileName: /^chain-([1-9]\d{0,8})\.jsonl$/,
} as const
