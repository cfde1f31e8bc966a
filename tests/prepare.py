"""Installs what the tests need beyond Python packages: a Chromium to drive (PostgreSQL comes as a Python package)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys


def main() -> None:
    """Finds Chromium, or installs Debian's; says what to do where neither works."""
    if shutil.which("chromium") or shutil.which("google-chrome"):
        return
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
    for command in (["apt-get", "update", "-qq"], install):
        if subprocess.run([*prefix, *command], stdout=subprocess.DEVNULL, check=False).returncode:
            sys.exit("The browser tests need Chromium: install your system's `chromium` package, then try again.")


if __name__ == "__main__":
    main()
