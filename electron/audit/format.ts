/**
 * What the writer and the verifier agree on, and all that they share.
 *
 * A chain is a folder of files `chain-<n>.jsonl`, n without gaps. A line is one entry, ended by a line feed:
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
 * The oldest files may be gone. An entry with `event` `chain.pruned` says so before they go: all before the one with the number `file`, which ended with the
 * entry `lastSeq` with the hash `lastHash`. It bears the key as a checkpoint does, and in `signature` what that key signed: `prunedStatement`, `device`, `seq`,
 * `prev`, `wall`, `file`, `lastSeq` and `lastHash`, each on a line of its own. A chain begins with file 1, or with one that is not beyond `file` of such an entry.
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
  prunedEvent: 'chain.pruned',
  putBackEvent: 'chain.rolled-back',
  checkpointEvery: 1_000,
  checkpointStatement: 'chartkeep audit checkpoint',
  prunedStatement: 'chartkeep audit pruned',
  /** A wall clock that lags the monotonic one by more was set back: milliseconds, the session's own tolerance. */
  clockTolerance: 5_000,
} as const
