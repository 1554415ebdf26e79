"""One worker: how long it takes to start, what it weighs at rest; and sealing in a browser."""

import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.chromium import start_chromium
from bench.figures import MEBIBYTE, Figure, Tell, judged, short
from bench.modules import Bench, serve
from bench.server import FRONT, command, installation, memory, serving
from crypto import receipt

ROUNDS = 5
DERIVATIONS = 30
SHORT = {"ROUNDS": 1, "DERIVATIONS": 2}
PAGES = (FRONT, "/en/report", "/en/case", "/en/figures/calendar", "/en/staff/sign-in")
SEALING = """
const { seal, receipt } = lib;
const times = { seal: [], derive: [], old: [] };
const timed = async (name, rounds, work) => {
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    await work();
    times[name].push(performance.now() - start);
  }
};
const recipients = Array.from({ length: 3 }, () => seal.throwawayRecipient());
const report = new Uint8Array(10 * 1024);
await timed("seal", 30, () => seal.seal(report, recipients));
await timed("derive", 15, () => receipt.derive(receipt.newSecret()));
await timed("old", 5, () => receipt.derive(new Uint8Array(11)));
return times;
"""


def measure(tell: Tell, *, full: bool) -> list[Figure]:
    """Start one worker some times, look at its pages, and seal in a browser."""
    starts, weights = [], []
    with installation() as place:
        place.hire()
        one = command(port=place.port, workers=1)
        for number in range(ROUNDS * (2 if full else 1)):
            tell(f"start {number + 1}")
            with serving(place, one) as server:
                starts.append(server.start_seconds)
                for page in PAGES:
                    server.get(page)
                server.rest()
                (worker,) = server.workers()
                weights.append(memory(worker)["RSS"] / MEBIBYTE)
    tell("keys of receipts, here and in a browser; sealing in a browser")
    new, old = (_deriving(secret) for secret in (receipt.generate_secret(), bytes(11)))
    times = _sealing()
    return [
        judged("from the command to the first page, one worker", median(starts), "s", most=1.5),
        judged("memory of a worker at rest (RSS)", median(weights), "MiB", most=90),
        judged("10 KB sealed for three in the browser", median(times["seal"]), "ms", most=50),
        Figure("keys of a receipt on the server", f"{short(new)} ms"),
        Figure("… of a receipt of 30 digits", f"{short(old)} ms"),
        Figure("keys of a receipt in the browser", f"{short(median(times['derive']))} ms"),
        Figure("… of a receipt of 30 digits", f"{short(median(times['old']))} ms"),
    ]


def _deriving(secret: bytes) -> float:
    """Return how many milliseconds the keys of a receipt take."""
    times = []
    for _ in range(DERIVATIONS):
        begin = perf_counter()
        receipt.derive(secret)
        times.append(1000 * (perf_counter() - begin))
    return median(times)


def _sealing() -> dict[str, list[float]]:
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder, serve() as address:
        driver = start_chromium(Path(folder))
        try:
            bench = Bench(driver, address)
            bench.open()
            times: dict[str, list[float]] = bench.run(SEALING)
        finally:
            driver.quit()
    return times
