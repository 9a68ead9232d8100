"""The one door to indexes and archives elsewhere: https, http and file URLs.

httpx2 and stamina (`http.py`) are imported at the first request over the network, keyring
(`credentials.py`) after the first 401. It does not know what a page or an archive means, keeps no
cache, and writes nowhere but into the file that a caller names.
"""

from wheeltree.transport.address import redact
from wheeltree.transport.client import Transport
from wheeltree.transport.page import NotFound, Page

__all__ = ["NotFound", "Page", "Transport", "redact"]
