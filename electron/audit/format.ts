/**
 * What the writer and the verifier agree on, and all that they share.
 *
 * A chain is a folder of files `chain-<n>.jsonl`, n from 1 without gaps. A line is one entry, ended by a line feed:
 *
 *     <hash> <entry>
 *
 * `<entry>` is canonical JSON (RFC 8785), flat, with `format` (2), `seq` (from 1, without gaps, across files) and `prev`
 * (the hash of the line before). `<hash>` is SHA-256 in lower-case hex over the bytes of `<entry>`, so that checking
 * a line takes one pass over it as it lies on the disk.
 *
 * Every process that writes names itself in `run` (8 hex digits). `mono`, milliseconds, is of a clock that nobody can set:
 * within a run `wall`, epoch milliseconds, keeps up with it.
 *
 * A checkpoint is an entry with `event` `chain.checkpoint`, the public key in `key` (Ed25519, RFC 8037 `x`) and in
 * `signature` (base64url) what that key signed: `checkpointStatement`, `device`, `seq`, `prev` and `wall`, each on a line
 * of its own, without a last line feed. No more than `checkpointEvery` other entries stand between two.
 *
 * An entry with `event` `chain.rolled-back` says that the writer found the chain short of, or other than, what the keychain
 * had last seen of it (`anchorSeq`, `anchorHash`).
 *
 * Format 1 had no checkpoints and another line: canonical JSON with `prev` and `hash` inside, the hash over `prev`, a
 * line feed, and the canonical JSON without the two. A chain of format 1 goes on in format 2.
 */
export const auditFormat = {
  version: 2,
  /** `prev` of the very first entry. */
  origin: '0'.repeat(64),
  fileName: /^chain-([1-9]\d{0,8})\.jsonl$/,
  checkpointEvent: 'chain.checkpoint',
  putBackEvent: 'chain.rolled-back',
  checkpointEvery: 1_000,
  checkpointStatement: 'chartkeep audit checkpoint',
  /** A wall clock that lags the monotonic one by more was set back: milliseconds, the session's own tolerance. */
  clockTolerance: 5_000,
} as const
