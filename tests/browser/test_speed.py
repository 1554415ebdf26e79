"""How long the slow steps take here. Printed, never judged: machines differ."""

import gzip

from bench.modules import Bench
from tests.browser.test_vendor import CORE

TIMES = """
const median = (values) => values.sort((one, other) => one - other)[values.length >> 1];
const measure = async (rounds, work) => {
  const times = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return Math.round(10 * median(times)) / 10;
};
const recipients = Array.from({ length: 3 }, () => lib.seal.throwawayRecipient());
const report = new Uint8Array(10240);
const file = new Blob([new Uint8Array(5 << 20)]);
const own = lib.keys.newKeyPair();
const sealed = await lib.seal.seal(report, [own.recipient, ...recipients.slice(1)]);
return {
  "seal 10 KB for 3": await measure(15, () => lib.seal.seal(report, recipients)),
  "open 10 KB": await measure(15, () => lib.seal.open(sealed, own.identity)),
  "seal a file of 5 MiB": await measure(3, () => lib.seal.sealFile(file, recipients)),
  "keys of a receipt": await measure(15, () => lib.receipt.derive(lib.receipt.newSecret())),
  "keys of an old receipt": await measure(5, () => lib.receipt.derive(new Uint8Array(11))),
  "scrypt logN 18": await measure(1, () => lib.passphrase.wrap(report, "passphrase")),
};
"""


def test_times_are_printed(bench: Bench) -> None:
    lines = [f"{name}: {milliseconds} ms" for name, milliseconds in bench.run(TIMES).items()]
    lines.append(f"core.js: {len(CORE)} bytes, {len(gzip.compress(CORE.encode(), 9))} after gzip")
    print("", *lines, sep="\n")  # noqa: T201 - shown by pytest -s
