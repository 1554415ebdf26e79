/** What can be wrong with sealed things. Messages are for developers; pages word their own. */

/** A text or a file does not have the form it must have. */
export class FormatError extends Error {}

/** A sealed thing cannot be opened: wrong key and altered bytes look alike on purpose. */
export class OpenError extends Error {}

/**
 * A receipt was mistyped. `kind` says how: another number of digits, something that is no digit,
 * groups with a wrong digit, or a wrong digit somewhere in an old receipt; `at` what and where.
 */
export class ReceiptError extends FormatError {
  /**
   * @param {"length" | "symbol" | "groups" | "checksum"} kind
   * @param {Record<string, string | number>} [at]
   */
  constructor(kind, at = {}) {
    super(`receipt: ${kind}`);
    this.kind = kind;
    this.at = at;
  }
}

/**
 * An opened body is not the one that was asked for. `kind` names the check that failed.
 * @typedef {"format" | "type" | "signature" | "rid" | "thread" | "seq" | "prev" | "author"
 *   | "attachment"} BindingKind
 */
export class BindingError extends OpenError {
  /** @param {BindingKind} kind */
  constructor(kind) {
    super(`body: ${kind}`);
    this.kind = kind;
  }
}
