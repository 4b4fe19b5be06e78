"""Copies of the county's data that a test may spoil."""

import shutil
from importlib import resources
from pathlib import Path

import pytest
from spoiled import Files


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """The rulebook, the directory and the workday tables as they are packaged, in a folder of the test's own."""
    with resources.as_file(resources.files("config")) as config:
        for name in ("rulebook", "workdays"):
            shutil.copytree(config / name, tmp_path / name)
        shutil.copy(config / "directory.yaml", tmp_path)
    return Files(tmp_path)
