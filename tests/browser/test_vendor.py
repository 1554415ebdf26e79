"""The bundled third-party code stays small, named, and runnable under the strictest policy."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

from bench.modules import ROOT, Bench

FRONTEND = ROOT / "portal" / "frontend"
VENDOR = ROOT / "portal" / "static" / "vendor"
STATIC = ROOT / "portal" / "static"
OWN = sorted((STATIC / "lib").glob("*.js"))
BUNDLES = sorted(VENDOR.glob("*.js"))
CORE = (VENDOR / "core.js").read_text()
STORAGE = re.compile(r"\b(sessionStorage|localStorage|indexedDB|cookie|caches)\b")
FORBIDDEN = re.compile(
    r"\beval\b|\bFunction\s*\(|innerHTML|outerHTML|insertAdjacentHTML|document\.write|WebAssembly"
    r"|sourceMappingURL|https?://"
)


def bundled() -> set[tuple[str, str]]:
    rows = re.findall(r"^\| (\S+) \| ([\d.]+) \|", (VENDOR / "README.md").read_text(), re.MULTILINE)
    return set(rows)


def test_the_scripts_of_the_form_load_fast_over_a_slow_line() -> None:
    assert len(gzip.compress((VENDOR / "intake.js").read_bytes())) <= 52 * 1024


def test_what_only_an_old_receipt_needs_is_in_no_other_bundle() -> None:
    holders = [path.name for path in BUNDLES if "memory" in path.read_text()]
    assert holders == ["argon2.js"]


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda path: path.name)
def test_the_readme_names_the_hash_of_every_bundle(bundle: Path) -> None:
    known = (VENDOR / "README.md").read_text()
    assert f"| `{bundle.name}` | {hashlib.sha256(bundle.read_bytes()).hexdigest()} |" in known


def test_every_bundle_was_made_of_the_modules_as_they_are_now() -> None:
    made = json.loads((VENDOR / "sources.json").read_text())
    assert {path.name for path in BUNDLES} == {"core.js", "argon2.js", *made}
    for bundle, sources in made.items():
        for name, digest in sources.items():
            now = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()
            assert now == digest, f"{bundle} is older than {name}: run `make vendor`"


def test_pages_load_a_bundle_or_a_script_without_parts() -> None:
    templates = (ROOT / "templates").rglob("*.html")
    asked = {
        name
        for path in templates
        for name in re.findall(r"asset\('([^']+\.js)'\)", path.read_text())
    }
    assert asked
    for name in asked:
        # pages of figures bring their own scripts along
        path = STATIC / name if (STATIC / name).exists() else STATIC / "figures" / name
        assert name.startswith("vendor/") or not re.search(
            r'^import .* from "', path.read_text(), re.MULTILINE
        )


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
    path = next(path for path in OWN if path == module)
    text = path.read_text()
    assert len(text.splitlines()) < 150
    assert not FORBIDDEN.search(text)
    assert path.name == "session.js" or not STORAGE.search(text)
    imports = re.findall(r'from "(.*?)"', text)
    assert all(re.fullmatch(r"\./[a-z-]+\.js|\.\./vendor/core\.js", path) for path in imports)


def test_the_bundle_needs_nothing_that_the_policy_forbids(bench: Bench) -> None:
    assert not any(FORBIDDEN.search(bundle.read_text()) for bundle in BUNDLES)
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
