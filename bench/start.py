"""One worker: how long it takes to start, what it weighs at rest; and sealing in a browser."""

import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.chromium import start_chromium
from bench.figures import MEBIBYTE, Measurement, Tell, format_number, judge
from bench.modules import Bench, serve
from bench.portal_server import FRONT, build_command, installation, measure_memory, serving
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


def measure(tell: Tell, *, full: bool) -> list[Measurement]:
    """Start one worker some times, look at its pages, and seal in a browser."""
    starts, weights = [], []
    with installation() as place:
        place.hire()
        command = build_command(port=place.port, workers=1)
        for number in range(ROUNDS * (2 if full else 1)):
            tell(f"start {number + 1}")
            with serving(place, command) as server:
                starts.append(server.start_seconds)
                for page in PAGES:
                    server.get(page)
                server.await_rest()
                (worker,) = server.list_workers()
                weights.append(measure_memory(worker)["RSS"] / MEBIBYTE)
    tell("keys of receipts, here and in a browser; sealing in a browser")
    new, old = (_measure_deriving(secret) for secret in (receipt.generate_secret(), bytes(11)))
    times = _measure_sealing()
    return [
        judge("from the command to the first page, one worker", median(starts), "s", most=1.5),
        judge("memory of a worker at rest (RSS)", median(weights), "MiB", most=90),
        judge("10 KB sealed for three in the browser", median(times["seal"]), "ms", most=50),
        Measurement("keys of a receipt on the server", f"{format_number(new)} ms"),
        Measurement("… of a receipt of 30 digits", f"{format_number(old)} ms"),
        Measurement(
            "keys of a receipt in the browser", f"{format_number(median(times['derive']))} ms"
        ),
        Measurement("… of a receipt of 30 digits", f"{format_number(median(times['old']))} ms"),
    ]


def _measure_deriving(secret: bytes) -> float:
    """Return how many milliseconds the keys of a receipt take."""
    times = []
    for _ in range(DERIVATIONS):
        begin = perf_counter()
        receipt.derive(secret)
        times.append(1000 * (perf_counter() - begin))
    return median(times)


def _measure_sealing() -> dict[str, list[float]]:
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder, serve() as address:
        driver = start_chromium(Path(folder))
        try:
            bench = Bench(driver, address)
            bench.open()
            times: dict[str, list[float]] = bench.run(SEALING)
        finally:
            driver.quit()
    return times
