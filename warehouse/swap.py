"""Replacing a folder at one stroke: the next version is built beside it and takes its place.

Two names beside the folder belong to us: `.<name>.jixiao-next`, where the next version is built, and
`.<name>.jixiao-old`, where the present one waits on systems that cannot exchange two folders. Both
are there only while a run is at work, or after one was killed: `recover` then puts things right.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_UNSUPPORTED = frozenset({errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM})


@dataclass(frozen=True, slots=True)
class Site:
    """A folder and the names beside it that its replacement uses."""

    folder: Path

    @property
    def following(self) -> Path:
        """Where the next version is built."""
        return self.folder.with_name(f".{self.folder.name}.jixiao-next")

    @property
    def previous(self) -> Path:
        """Where the present version waits while it is replaced without an exchange."""
        return self.folder.with_name(f".{self.folder.name}.jixiao-old")

    @property
    def lock(self) -> Path:
        """The file that a writer holds."""
        return self.folder.with_name(f".{self.folder.name}.jixiao-lock")


def recover(site: Site) -> None:
    """Finish or undo what a killed run left; to be called by the one who holds the lock.

    The folder goes missing only between the two renames of `replace`, when the next version is
    complete: so it moves in. Anything else beside the folder is debris.
    """
    if not site.folder.exists() and site.previous.exists():
        os.rename(site.following if site.following.exists() else site.previous, site.folder)
    sweep(site)


def sweep(site: Site) -> None:
    """Remove what lies beside the folder, the lock apart."""
    for path in (site.following, site.previous):
        if path.exists():
            shutil.rmtree(path)


def replace(site: Site) -> None:
    """Put `site.following`, which is complete, in the place of the folder, and remove the old one.

    Whoever opens the folder finds the old version or the new one. Where the system has no exchange
    there is a moment without a folder; a run killed in it is finished by `recover`.
    """
    sync_tree(site.following)
    if not site.folder.exists():
        os.rename(site.following, site.folder)
    elif not exchange(site.following, site.folder):
        os.rename(site.folder, site.previous)
        os.rename(site.following, site.folder)
    _sync_folder(site.folder.parent)
    # The new version stands: debris that cannot be removed now is no failure, the next run tries again.
    with suppress(OSError):
        sweep(site)


def exchange(one: Path, other: Path) -> bool:
    """Swap two paths atomically; False where the system or the file system cannot."""
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    if rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _UNSUPPORTED:
        return False
    raise OSError(code, os.strerror(code), str(other))


def copy_linked(source: Path, target: Path) -> None:
    """A copy of the folder `source` that shares its files with it, where the file system allows.

    A file of the copy must never be written into: remove it and write it anew.
    """
    shutil.copytree(source, target, copy_function=_link_or_copy, symlinks=True)


def sync_tree(folder: Path) -> None:
    """Have every file and folder of a tree on disk."""
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent, name)
            if not path.is_symlink():
                _sync(path)
        _sync_folder(Path(parent))


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target)


def _sync_folder(path: Path) -> None:
    if os.name == "posix":  # elsewhere a folder cannot be opened
        _sync(path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
