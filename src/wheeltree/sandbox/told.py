"""What was seen of the attempts of one job, put together at its end."""

from threading import Lock

from wheeltree.model.attempt import Attempt, Means
from wheeltree.sandbox.witness import Witness

_MOST = 400
_URLS = 20


class Trace:
    """One connection, datagram or question; who it was for is known before what it says."""

    def __init__(self, host: str, port: int, means: Means, who: Witness | None) -> None:
        self.host, self.port, self.means, self.who = host, port, means, who
        self._urls: list[str] = []
        self._lock = Lock()

    def tell(self, url: str) -> None:
        """Note a URL that the client asked for."""
        with self._lock:
            if url not in self._urls and len(self._urls) < _URLS:
                self._urls.append(url)

    def attempts(self) -> list[Attempt]:
        """One for each URL, or the only one."""
        with self._lock:
            told = [url for url in self._urls if not self._begins_another(url)]
        return [
            Attempt(
                host=self.host,
                port=self.port,
                means=self.means,
                url=url,
                processes=self.who.processes if self.who else (),
                folder=self.who.folder if self.who else "",
            )
            for url in told or [""]
        ]

    def _begins_another(self, url: str) -> bool:
        return any(each != url and each.startswith(f"{url}/") for each in self._urls)


class Told:
    """All traces of a job, up to a number that nobody reads."""

    def __init__(self) -> None:
        self._traces: list[Trace] = []

    def add(self, trace: Trace) -> Trace:
        """Keep a trace; that one, or an earlier one that is the same."""
        for each in self._traces:
            same = (each.host, each.port, each.means) == (trace.host, trace.port, trace.means)
            if same and _chain(each) == _chain(trace):
                return each
        if len(self._traces) < _MOST:
            self._traces.append(trace)
        return trace

    def attempts(self) -> tuple[Attempt, ...]:
        """Each once, in the order in which they were made.

        A name that was looked up is not told where it was then connected to, nor a connection that
        said nothing where another to the same place did.
        """
        found = list(dict.fromkeys(each for trace in self._traces for each in trace.attempts()))
        return tuple(each for each in found if not any(_says_more(other, each) for other in found))


def _chain(trace: Trace) -> tuple[tuple[str, ...], ...]:
    return trace.who.processes if trace.who else ()


def _says_more(other: Attempt, than: Attempt) -> bool:
    if other.host != than.host:
        return False
    if than.means == "name":
        return other.means in ("tcp", "udp")
    same = (other.port, other.means) == (than.port, than.means)
    return (
        same
        and bool(other.url)
        and (not than.url or (other.url != than.url and other.url.startswith(f"{than.url}/")))
    )
