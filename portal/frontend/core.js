// The only third-party code the portal's pages load: age files, and the primitives beside them.
// Everything the portal itself decides (formats, labels, checks) is in portal/static/lib.

export { armor, Decrypter, Encrypter } from "age-encryption";
// Not part of the package's public interface, hence the exact version in package.json: we allow
// one kind of key only, and a case that is handed over gets a new header over the old payload.
export { encodeHeader, encodeHeaderNoMAC } from "./node_modules/age-encryption/dist/format.js";
export { HybridIdentity, HybridRecipient } from "./node_modules/age-encryption/dist/recipients.js";

export { ed25519 } from "@noble/curves/ed25519.js";
export { expand, hkdf } from "@noble/hashes/hkdf.js";
export { hmac } from "@noble/hashes/hmac.js";
export { sha256 } from "@noble/hashes/sha2.js";
export { MLKEM768X25519 } from "@noble/post-quantum/hybrid.js";
export { ml_dsa44 } from "@noble/post-quantum/ml-dsa.js";
export { base64, bech32 } from "@scure/base";
