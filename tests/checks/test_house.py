"""The house is in order: what no linter of others looks at."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("states", "config", "claims", "notifications", "flows", "web", "cli")
TOP_LEVEL = {
    *PACKAGES, "tests", "docs", "deploy", ".ci", ".gitignore", "Makefile", "pyproject.toml", "LICENSE",
    "README.md", "README.zh.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md",
}  # fmt: skip


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


def texts() -> dict[str, str]:
    found = {}
    for path in tracked():
        try:
            found[str(path.relative_to(ROOT))] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return found


def test_nothing_stands_at_the_top_that_the_architecture_does_not_explain() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in tracked()} <= TOP_LEVEL


def test_no_two_test_files_share_a_name() -> None:
    """Tests are no packages, so pytest collects only one file of a name."""
    names = [path.stem for path in tracked() if path.name.startswith("test_") and path.suffix == ".py"]
    assert sorted(names) == sorted(set(names))


def test_no_file_names_a_machine_or_a_registry() -> None:
    # Built from parts, so that this file does not name them either.
    hosts = ("pypi" + r"\.org", "python" + r"hosted\.org", "registry" + r"\.npmjs", "deb" + r"\.debian\.org")
    machine = r"(?<![\w.])/(?:" + "work|fa" + "rm)/|/ro" + "ot/"
    pattern = re.compile("|".join((*hosts, machine)))
    assert [name for name, text in texts().items() if pattern.search(text)] == []


def test_the_lock_pins_every_package_with_hashes_and_knows_no_address() -> None:
    for name in ("runtime", "dev"):
        lock = (ROOT / "deploy" / "lock" / f"{name}.txt").read_text()
        assert "://" not in lock
        packages = [line for line in lock.splitlines() if re.match(r"[a-z0-9]", line)]
        assert packages
        assert all("==" in line and line.endswith("\\") for line in packages)


def test_only_one_module_reads_the_clock() -> None:
    reads = re.compile(r"datetime\.now\(|\.utcnow\(|date\.today\(|datetime\.today\(|\btime\.time\(")
    readers = {
        name
        for name, text in texts().items()
        if name.split("/")[0] in PACKAGES and name.endswith(".py") and reads.search(text)
    }
    assert readers == {"claims/clock.py"}


def test_every_link_in_the_documents_leads_somewhere() -> None:
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in tracked()
        if path.suffix == ".md"
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
        if "://" not in target and not (path.parent / target).exists()
    ]
    assert broken == []


def test_every_module_that_the_architecture_names_exists() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:" + "|".join(PACKAGES) + r")/[\w./*-]+)`", page))
    assert named
    assert [name for name in named if not list(ROOT.glob(name.rstrip("/")))] == []


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_carries_all_that_the_packages_hold(wheel: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        str(each.relative_to(ROOT)) for each in tracked() if each.relative_to(ROOT).parts[0] in PACKAGES
    }
    assert wanted - packed == set()


def test_a_desk_can_be_made_from_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    unpacked = tmp_path / "unpacked"
    zipfile.ZipFile(wheel).extractall(unpacked)
    home = tmp_path / "home"
    done = subprocess.run(
        [sys.executable, "-m", "cli", "init"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(unpacked), "JIANGBU_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (home / "jiangbu.db").exists()


def test_every_test_that_the_page_on_safety_names_exists() -> None:
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("|")]
    named = {name for row in rows for name in re.findall(r"\*([a-z][^*]+)\*", row)}
    files = {name for row in rows for name in re.findall(r"`(\w+/test_\w+\.py)`", row)}
    assert len(named) > 20
    written = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"def test_(\w+)\(", path.read_text(encoding="utf-8"))
    }
    assert {each for each in named if each.replace(" ", "_") not in written} == set()
    assert [each for each in files if not (ROOT / "tests" / each).exists()] == []
