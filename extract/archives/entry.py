"""What a container yields, and the limits within which it may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from extract.errors import CorruptDocument, DocumentError, TooLarge

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may come out of one source, everything nested in it included.

    `depth` counts containers within containers; `members` files; `ratio` how often larger than a
    container its content may be, once that is more than `free` bytes; `total` and `member` are bytes.
    """

    depth: int = 5
    members: int = 10_000
    ratio: int = 200
    free: int = 16 * 2**20
    total: int = 2 * 2**30
    member: int = 512 * 2**20


@dataclass(frozen=True, slots=True)
class Entry:
    """One member: its name as the container has it, and its bytes or the reason why there are none."""

    name: str
    data: bytes = b""
    error: DocumentError | None = None


class LimitReached(TooLarge):
    """A container gives more than it may; what has been read of it stays, the rest is left."""


@dataclass(slots=True)
class Spent:
    """What has come out of one source so far."""

    members: int = 0
    total: int = 0


@dataclass(slots=True)
class Meter:
    """Counts what comes out of one container of `size` bytes. `spent` is shared with all around it."""

    limits: Limits
    size: int
    spent: Spent = field(default_factory=Spent)
    taken: int = 0

    def inside(self, size: int) -> Meter:
        """The meter of a container that lies in this one."""
        return Meter(self.limits, size, self.spent)

    def count_member(self) -> None:
        """One more member; LimitReached when there are too many."""
        self.spent.members += 1
        if self.spent.members > self.limits.members:
            raise LimitReached(f"压缩包内文件超过 {self.limits.members} 个，其余未读取；请拆分后重试")

    def take(self, count: int) -> None:
        """So many more bytes; LimitReached when a limit is passed."""
        self.taken += count
        self.spent.total += count
        if self.taken > max(self.limits.free, self.size * self.limits.ratio):
            raise LimitReached(
                f"压缩包解压后超过原大小的 {self.limits.ratio} 倍，疑似压缩炸弹，其余未读取；请核实来源"
            )
        if self.spent.total > self.limits.total:
            raise LimitReached(
                f"压缩包解压后总量超过 {self.limits.total // 2**20} MiB，其余未读取；请拆分后重试"
            )

    def check_member(self, size: int) -> None:
        """TooLarge for a member that is said to have too many bytes."""
        if size > self.limits.member:
            raise TooLarge(f"压缩包内的文件超过 {self.limits.member // 2**20} MiB；请单独提交该文件")

    def read(self, read: Callable[[int], bytes]) -> bytes:
        """All that `read` gives, piece by piece, counted while it comes."""
        pieces = []
        size = 0
        while piece := read(_PIECE):
            self.take(len(piece))
            size += len(piece)
            self.check_member(size)
            pieces.append(piece)
        return b"".join(pieces)


def damaged(error: Exception | str) -> CorruptDocument:
    """The error for a container that does not keep to its format."""
    return CorruptDocument(f"压缩包已损坏或不完整（{error}）；请重新下载或重新压缩后再试")
