"""A wheelhouse served over HTTP."""

from collections.abc import Callable
from pathlib import Path

from wheeltree.errors import StoreError
from wheeltree.store.files import explaining, is_plain_file


def serve(
    wheelhouse: Path,
    host: str,
    port: int,
    *,
    ready: Callable[[str], None],
    notice: Callable[[str], None],
) -> None:
    """Serves `wheelhouse` until a signal ends it; runs may publish in it meanwhile.

    ready: is told the URL of its index, once clients can connect. notice: is told, in one line,
    what went wrong that is no fault of a request; what a client sent may be in it. StoreError if
    the folder is no wheelhouse, UsageError if the address cannot be had.
    """
    page = wheelhouse / "simple" / "index.html"
    with explaining(page):
        if not is_plain_file(page):
            raise StoreError(
                f"{wheelhouse} is no wheelhouse: there is no {page}",
                hint="builder bootstrap makes one; to serve another folder: builder serve FOLDER",
            )
    # Loaded where something is served: 0.2 s.
    from wheeltree.serving.application import Application  # noqa: PLC0415
    from wheeltree.serving.listening import listen, url  # noqa: PLC0415
    from wheeltree.serving.server import run  # noqa: PLC0415

    with listen(host, port) as listening:
        ready(f"{url(listening)}simple/")
        run(Application(wheelhouse.absolute()), listening, notice)
