"""What all tests share: the option to accept reviewed snapshots."""

import pytest
from snapshots import Snapshots


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--accept-snapshots",
        action="store_true",
        help="write what the product says now as what it shall say; read the difference before committing it",
    )


@pytest.fixture
def snapshots(request: pytest.FixtureRequest) -> Snapshots:
    """Reviewed texts under `snapshots/` beside the test file."""
    return Snapshots(request.path.parent / "snapshots", accept=request.config.getoption("--accept-snapshots"))
