"""What every test gets."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def tmp_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder, which is the same for all tests of a process, one after the other. So what many of them copy
    there unchanged is read once, which takes most of the time of loading a guideline."""
    folder = tmp_path_factory.getbasetemp() / "here"
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir()
    return folder
