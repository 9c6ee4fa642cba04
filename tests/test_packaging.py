# SPDX-FileCopyrightText: Copyright (c) 2026 the pytest-dynamo authors
# SPDX-License-Identifier: Apache-2.0
"""A bare checkout, an editable install and a wheel are the same plugin with the same suites.

Every environment here is new, has no pip and borrows what the project depends on from the present
one, without the project itself: nothing is fetched.
"""

from __future__ import annotations

import ast
import email
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest
from commands import said
from running import needs_dynamo

CHECKOUT = Path(__file__).parent.parent
#: What a build reads.
SHIPPED = ("pyproject.toml", "README.md", "LICENSE", "pytest_dynamo", "suites", "topologies")
#: Where a folder of the checkout goes in the package.
INSIDE = {"suites": "pytest_dynamo/suites", "topologies": "pytest_dynamo/topologies"}
#: Distributions by what is imported of them; httpcore is what httpx is made of.
IMPORTED = {"yaml": "pyyaml", "httpcore": "httpx"}
OURS = {"pytest_dynamo", "suites", "topologies"}
PYTHONS = ("3.10", "3.11", "3.12", "3.13")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a build needs of the checkout, so that nothing is written into the checkout."""
    place = tmp_path_factory.mktemp("source")
    for name in SHIPPED:
        if (CHECKOUT / name).is_dir():
            hidden = shutil.ignore_patterns("__pycache__")
            shutil.copytree(CHECKOUT / name, place / name, ignore=hidden)
        else:
            shutil.copy(CHECKOUT / name, place / name)
    return place


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built of a source of its own: a build leaves its files in there."""
    place = tmp_path_factory.mktemp("wheel")
    shutil.copytree(source, place / "source")
    options = ("--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", ".")
    said(sys.executable, "-m", "pip", "wheel", *options, "./source", cwd=place)
    (built,) = place.glob("*.whl")
    return built


def environment(place: Path) -> Path:
    """Return the Python of a new environment that has all that is installed here but ourselves."""
    libraries = place / "borrowed"
    libraries.mkdir(parents=True)
    for kind in ("purelib", "platlib"):
        for item in Path(sysconfig.get_path(kind)).iterdir():
            ours = item.name.startswith(("pytest_dynamo", "__editable__"))
            if not ours and item.suffix != ".pth" and not (libraries / item.name).exists():
                (libraries / item.name).symlink_to(item)
    venv.create(place / "venv", symlinks=True)
    (site,) = (place / "venv").glob("lib/python*/site-packages")
    (site / "borrowed.pth").write_text(f"{libraries}\n")
    return place / "venv" / "bin" / "python"


def install(python: Path, *what: str | Path) -> None:
    pip = (sys.executable, "-m", "pip", "--python", python)
    options = ("--quiet", "--no-deps", "--no-build-isolation")
    said(*pip, "install", *options, *what, cwd=python.parent)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``bin`` of an environment with the wheel."""
    python = environment(tmp_path_factory.mktemp("installed"))
    install(python, wheel)
    return python.parent


@pytest.fixture(scope="module")
def editable(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``bin`` of an environment with an editable install."""
    place = tmp_path_factory.mktemp("editable")
    shutil.copytree(source, place / "source")
    python = environment(place)
    install(python, "--editable", place / "source")
    return python.parent


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """An empty directory whose name is no friend of shells."""
    place = tmp_path / "it's; \"elsewhere\""
    place.mkdir()
    return place


def modules(root: Path) -> list[str]:
    """Return every module of the package by its name once installed."""
    names = []
    for path in files(root):
        if path.endswith(".py"):
            parts = path.removesuffix(".py").split("/")
            names.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return sorted(names)


def files(root: Path) -> list[str]:
    """Return what the package holds, by its place once installed."""
    found = []
    for folder in ("pytest_dynamo", *INSIDE):
        for path in (root / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                inner = path.relative_to(root / folder)
                found.append(str(INSIDE.get(folder, folder) / inner))
    return sorted(found)


def test_the_wheel_holds_every_file_of_the_package_and_nothing_else(
    wheel: Path, source: Path
) -> None:
    held = [
        name
        for name in zipfile.ZipFile(wheel).namelist()
        if not name.endswith("/") and ".dist-info/" not in name
    ]

    assert files(source) == sorted(held)


def test_the_build_has_nothing_to_warn_of(wheel: Path, source: Path, tmp_path: Path) -> None:
    del wheel  # a build at a time
    shutil.copytree(source, tmp_path / "source")
    build = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"

    text = said(sys.executable, "-W", "always", "-c", build, tmp_path, cwd=tmp_path / "source")

    assert [line for line in text.splitlines() if "Warning" in line or "!!" in line] == []


def test_what_is_imported_is_what_is_required(wheel: Path, source: Path) -> None:
    imported = {
        name.split(".")[0]
        for path in source.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    archive = zipfile.ZipFile(wheel)
    (metadata,) = (name for name in archive.namelist() if name.endswith("METADATA"))
    stated = email.message_from_bytes(archive.read(metadata)).get_all("Requires-Dist", [])
    required = {re.split(r"[^\w-]", each)[0].lower() for each in stated if "extra" not in each}

    found = {IMPORTED.get(name, name) for name in imported} - sys.stdlib_module_names - OURS
    # for `-n`, which a run of many tests wants; openai is an extra of that name
    assert found - {"_pytest", "typing_extensions", "openai"} | {"pytest-xdist"} == required


def test_the_wheel_says_what_the_project_says_of_it(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (entry_points,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))

    assert archive.read(entry_points).decode().split() == [
        "[pytest11]", "pytest_dynamo.plugin", "=", "pytest_dynamo.plugin",
    ]  # fmt: skip
    assert [name for name in archive.namelist() if name.endswith("licenses/LICENSE")] != []


@needs_dynamo
def test_every_module_of_the_wheel_imports(installed: Path, source: Path, tmp_path: Path) -> None:
    names = [name for name in modules(source) if not name.endswith("__main__")]
    imports = "import sys, importlib\nfor name in sys.argv[1:]: importlib.import_module(name)\n"
    says_where = "import pytest_dynamo; print(pytest_dynamo.__file__)"

    text = said(installed / "python", "-c", imports + says_where, *names, cwd=tmp_path)

    assert text.startswith(str(installed.parent))


def test_the_wheel_lists_the_fourteen_topologies(installed: Path, tmp_path: Path) -> None:
    listed = said(installed / "python", "-m", "pytest", "--topologies", cwd=tmp_path)

    names = [line.split()[0] for line in listed.splitlines()[1:]]
    assert sorted(path.stem for path in (CHECKOUT / "topologies").glob("*.yaml")) == names
    assert len(names) == 14


@needs_dynamo
@pytest.mark.parametrize("kind", ["installed", "editable"])
def test_an_install_runs_the_suites_from_an_empty_directory(
    kind: str, elsewhere: Path, request: pytest.FixtureRequest
) -> None:
    programs = request.getfixturevalue(kind)

    # not `-m pytest`: that would put the directory on the path
    start = "import sys, pytest; sys.path.remove(''); sys.exit(pytest.console_main())"
    # README's first command has them all run by an editable install
    some = ("-k", "startup") if kind == "editable" else ()
    text = said(programs / "python", "-c", start, "--topology=local_agg", *some, cwd=elsewhere)

    assert "dynamo: verdict: pass (stand-in)" in text
    assert "test_startup.py" in text


@needs_dynamo
def test_a_bare_checkout_runs_the_suites(source: Path, tmp_path: Path) -> None:
    shutil.copytree(source, tmp_path / "source")
    python = environment(tmp_path / "bare")

    some = ("--topology=local_agg", "-k", "startup")
    text = said(python, "-m", "pytest", *some, cwd=tmp_path / "source")

    assert "dynamo: verdict: pass (stand-in)" in text
    assert "suites/test_startup.py" in text


def test_a_bare_checkout_runs_dry(source: Path, tmp_path: Path) -> None:
    shutil.copytree(source, tmp_path / "source")
    python = environment(tmp_path / "bare")

    text = said(
        python, "-m", "pytest", "--topology=wide_ep_disagg", "--dynamo-dry-run",
        cwd=tmp_path / "source",
    )  # fmt: skip

    assert "launch plan, to paste into a shell" in text


@pytest.mark.parametrize("version", PYTHONS)
def test_the_sources_are_of_every_python_that_is_promised(
    version: str, source: Path, tmp_path: Path
) -> None:
    python = shutil.which(f"python{version}") or ""
    # a version manager leaves programs on the path that only say that there is none
    if not python or subprocess.run([python, "-V"], capture_output=True, check=False).returncode:
        pytest.skip(f"python{version} is not installed")
    compiles = (
        "import pathlib, sys\n"
        "for path in pathlib.Path(sys.argv[1]).rglob('*.py'):\n"
        "    compile(path.read_text(encoding='utf-8'), path, 'exec')\n"
    )

    text = said(python, "-W", "error", "-c", compiles, source, cwd=tmp_path)

    assert text == ""
