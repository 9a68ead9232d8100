"""A build backend in one file, which lies in the sdists that tests write.

What it does stands in `tiny.json` beside pyproject.toml. `on_ask` and `on_build` are Python: they
see `files`, the members of the wheel by path, and whatever they raise is the backend's failure.
"""

import base64
import hashlib
import json
import os
import zipfile

with open("tiny.json", encoding="utf-8") as file:
    ME = json.load(file)
DIST_INFO: str = ME["name"].replace("-", "_") + "-" + ME["version"] + ".dist-info"
Settings = dict[str, object] | None
WHEEL = "Wheel-Version: 1.0\nGenerator: tiny\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def get_requires_for_build_wheel(config_settings: Settings = None) -> list[str]:
    asks: list[str] = list(ME["asks"])
    exec(ME["on_ask"], {"asks": asks, "config_settings": config_settings or {}})
    return asks


def prepare_metadata_for_build_wheel(folder: str, config_settings: Settings = None) -> str:
    os.mkdir(os.path.join(folder, DIST_INFO))
    with open(os.path.join(folder, DIST_INFO, "METADATA"), "w", encoding="utf-8") as file:
        file.write(ME["prepared"])
    return DIST_INFO


def build_wheel(
    folder: str, config_settings: Settings = None, metadata_directory: str | None = None
) -> str:
    files = dict(ME["files"])
    exec(ME["on_build"], {"files": files, "config_settings": config_settings or {}})
    files[DIST_INFO + "/METADATA"] = ME["metadata"]
    files[DIST_INFO + "/WHEEL"] = WHEEL
    if ME["entry_points"]:
        files[DIST_INFO + "/entry_points.txt"] = ME["entry_points"]
    record = DIST_INFO + "/RECORD"
    lines = [
        path + "," + _hash(text) + "," + str(len(_bytes(text))) for path, text in files.items()
    ]
    files[record] = "\n".join([*lines, record + ",,", ""])
    name = DIST_INFO.replace(".dist-info", "-py3-none-any.whl")
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)
    return name


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def _hash(content: str | bytes) -> str:
    digest = hashlib.sha256(_bytes(content)).digest()
    return "sha256=" + base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
