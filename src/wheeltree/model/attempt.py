"""What a job tried to reach over the network."""

from typing import Literal

from wheeltree.model.frozen import Frozen

Means = Literal["name", "tcp", "udp", "unreadable"]
"""name: it was only looked up. unreadable: the job hid the address from whoever asked."""


class Attempt(Frozen):
    """One destination that a job tried to reach; nothing of it left the job."""

    host: str
    """A name where one was looked up, else the address; "" where neither can be told."""
    port: int
    """0 where a name was looked up and no more."""
    means: Means
    url: str = ""
    """What was asked for there; "" where the client did not come so far as to say it."""
    processes: tuple[tuple[str, ...], ...] = ()
    """Arguments of the process, of its parent, and so on up to the first of the job."""
    folder: str = ""
    """Where the process worked."""

    @property
    def destination(self) -> str:
        """The URL, or the host and port, as far as it is known."""
        if self.url:
            return self.url
        host = f"[{self.host}]" if ":" in self.host else self.host or "an unknown address"
        return f"{host}:{self.port}" if self.port else host


class Tolerance(Frozen):
    """A destination that a build may try to reach in vain."""

    host: str
    """A name or an address, with `*` for any run of characters."""
    because: str
    """Why its failing is harmless."""


class Tolerated(Frozen):
    """An attempt that was no failure, as the settings say."""

    attempt: Attempt
    because: str
