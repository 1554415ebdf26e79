/** Hands the modules to the tests, which call them through the driver. */

import * as acts from "/static/lib/acts.js";
import * as body from "/static/lib/body.js";
import * as bundle from "/static/lib/bundle.js";
import * as bytes from "/static/lib/bytes.js";
import * as checkpoint from "/static/lib/checkpoint.js";
import * as json from "/static/lib/json.js";
import * as keys from "/static/lib/keys.js";
import * as mldsa from "/static/lib/mldsa.js";
import * as keycheck from "/static/keycheck.js";
import * as promisecheck from "/static/promisecheck.js";
import * as logcheck from "/static/lib/logcheck.js";
import * as logsteps from "/static/lib/logsteps.js";
import * as payloads from "/static/lib/payloads.js";
import * as merkle from "/static/lib/merkle.js";
import * as note from "/static/lib/note.js";
import * as ownfile from "/static/lib/ownfile.js";
import * as padding from "/static/lib/padding.js";
import * as passphrase from "/static/lib/passphrase.js";
import * as promise from "/static/lib/promise.js";
import * as receipt from "/static/lib/receipt.js";
import * as schedule from "/static/lib/schedule.js";
import * as seal from "/static/lib/seal.js";
import * as session from "/static/lib/session.js";
import * as displayed from "/static/lib/displayed.js";

globalThis.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  globalThis.violations.push(event.effectiveDirective);
});
globalThis.lib = {
  acts,
  body,
  bundle,
  bytes,
  checkpoint,
  json,
  keycheck,
  promisecheck,
  keys,
  mldsa,
  logcheck,
  logsteps,
  payloads,
  merkle,
  note,
  ownfile,
  padding,
  passphrase,
  promise,
  receipt,
  schedule,
  seal,
  session,
  displayed,
};
