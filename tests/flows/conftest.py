"""One real Prefect server for the tests of this folder: it takes ten seconds to start."""

import os
import tempfile
from collections.abc import Iterator

import pytest
from desks import free_port
from prefects import Prefect

# This process imports Prefect too: it shall not read or write the Prefect of whoever runs the tests.
os.environ["PREFECT_HOME"] = tempfile.mkdtemp(prefix="prefect-of-tests-")


@pytest.fixture(scope="session")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prefect]:
    prefect = Prefect(tmp_path_factory.mktemp("prefect"), free_port())
    try:
        prefect.start()
        yield prefect
    finally:
        prefect.kill_everything()
