"""The bundled third-party code stays small, named, and runnable under the strictest policy."""

import gzip
import hashlib
import json
import re

import pytest

from tests.browser.bench import ROOT, Bench

FRONTEND = ROOT / "portal" / "frontend"
VENDOR = ROOT / "portal" / "static" / "vendor"
OWN = sorted((ROOT / "portal" / "static" / "lib").glob("*.js"))
CORE = (VENDOR / "core.js").read_text()
STORAGE = re.compile(r"\b(sessionStorage|localStorage|indexedDB|cookie|caches)\b")
FORBIDDEN = re.compile(
    r"\beval\b|\bFunction\s*\(|innerHTML|outerHTML|insertAdjacentHTML|document\.write|WebAssembly"
    r"|sourceMappingURL|https?://"
)


def bundled() -> set[tuple[str, str]]:
    rows = re.findall(r"^\| (\S+) \| ([\d.]+) \|", (VENDOR / "README.md").read_text(), re.MULTILINE)
    return set(rows)


def test_it_loads_fast_over_a_slow_line() -> None:
    assert len(gzip.compress(CORE.encode())) <= 48 * 1024


def test_its_readme_names_the_hash_of_the_file() -> None:
    assert hashlib.sha256(CORE.encode()).hexdigest() in (VENDOR / "README.md").read_text()


def test_every_bundled_package_is_locked_and_its_licence_is_there() -> None:
    lock = json.loads((FRONTEND / "package-lock.json").read_text())["packages"]
    licences = (VENDOR / "LICENCES.txt").read_text()
    assert len(bundled()) == 6
    for name, version in bundled():
        assert lock[f"node_modules/{name}"]["version"] == version
        assert f"{name} {version} (" in licences
        assert f"{name} {version} (" in CORE.partition("\n")[0]


def test_every_package_is_asked_for_by_exact_version_and_from_no_fixed_place() -> None:
    package = json.loads((FRONTEND / "package.json").read_text())
    asked = package["dependencies"] | package["devDependencies"] | package["overrides"]
    assert all(re.fullmatch(r"[\d.]+", version) for version in asked.values())
    assert '"resolved"' not in (FRONTEND / "package-lock.json").read_text()


@pytest.mark.parametrize("module", OWN, ids=lambda path: path.name)
def test_our_modules_are_short_and_touch_neither_markup_nor_storage(module: object) -> None:
    path = next(one for one in OWN if one == module)
    text = path.read_text()
    assert len(text.splitlines()) < 150
    assert not FORBIDDEN.search(text)
    assert path.name == "session.js" or not STORAGE.search(text)
    imports = re.findall(r'from "(.*?)"', text)
    assert all(re.fullmatch(r"\./[a-z-]+\.js|\.\./vendor/core\.js", one) for one in imports)


def test_the_bundle_needs_nothing_that_the_policy_forbids(bench: Bench) -> None:
    assert not FORBIDDEN.search(CORE)
    bench.run(
        """
        const keys = await lib.receipt.derive(lib.receipt.newSecret());
        lib.receipt.withSecondHalf(keys.master, lib.receipt.newSecondHalf());
        """
    )
    assert bench.run("return violations") == []
    forbidden = """
      const seen = new Promise((resolve) => {
        document.addEventListener("securitypolicyviolation", resolve, { once: true });
      });
      document.head.append(Object.assign(document.createElement("script"), { textContent: "1" }));
      await seen;
      return violations;
    """
    assert bench.run(forbidden) == ["script-src-elem"]
