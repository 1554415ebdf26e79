// What a receipt of version 1 needs; its page loads it when such a receipt is typed.

export { argon2idAsync } from "@noble/hashes/argon2.js";
