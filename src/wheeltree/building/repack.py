"""Wheels in one canonical form: equal content gives equal files."""

import hashlib
import shutil
import stat
import time
import zipfile
from pathlib import Path

from wheeltree.building.deflated import copy
from wheeltree.building.record import spell_record
from wheeltree.building.wheel import Member, Wheel, opened
from wheeltree.model.digest import Digest, digest_bytes

_FIRST_DATE = 315_532_800  # 1980-01-01, where zip's calendar begins
_LAST_DATE = 4_354_819_198  # 2107-12-31 23:59:58, where it ends


def content_digest(wheel: Wheel) -> Digest:
    """Over sorted path, mode and bytes of the members of the canonical form.

    Unlike the file's digest it is the same on hosts whose zlib compresses differently, and it does
    not see dates, order or compression.
    """
    total = hashlib.sha256()
    for member in (*wheel.members, _record(wheel)[0]):
        line = f"{_mode(member):o} {member.digest} {member.size} {member.path}\n"
        total.update(line.encode())
    return Digest(total.hexdigest())


def repack(wheel: Wheel, into: Path, *, epoch: int) -> Path:
    """A new file of the same name in folder `into`: the wheel in its canonical form.

    epoch: date of every member, in seconds since 1970. Members are sorted with `.dist-info` last
    and RECORD the very last, modes are 0644 or 0755, there are no extra fields and no folders.
    """
    date = time.gmtime(min(max(epoch, _FIRST_DATE), _LAST_DATE))[:6]
    target = into / wheel.filename
    record, text = _record(wheel)
    rewritten = dict(wheel.rewritten)
    with (
        opened(wheel.path, subject=wheel.filename) as source,
        zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED) as packed,
    ):
        assert source.fp is not None  # it is open
        for member in _ordered(wheel):
            entry = _entry(member, date)
            if member.path in rewritten:
                packed.writestr(entry, rewritten[member.path])
            elif member.packed:
                copy(source.fp, member.packed, entry, packed)
            else:
                with source.open(member.path) as original, packed.open(entry, "w") as deflated:
                    shutil.copyfileobj(original, deflated, 1 << 20)
        packed.writestr(_entry(record, date), text)
    return target


def _ordered(wheel: Wheel) -> list[Member]:
    last = f"{wheel.dist_info}/"
    return sorted(wheel.members, key=lambda member: (member.path.startswith(last), member.path))


def _record(wheel: Wheel) -> tuple[Member, bytes]:
    path = f"{wheel.dist_info}/RECORD"
    files = ((member.path, member.digest, member.size) for member in wheel.members)
    text = spell_record(files, itself=path)
    return Member(path=path, executable=False, digest=digest_bytes(text), size=len(text)), text


def _entry(member: Member, date: tuple[int, ...]) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(member.path, (date[0], date[1], date[2], date[3], date[4], date[5]))
    entry.create_system = 3  # modes are read as Unix modes, whatever host packed
    entry.external_attr = (stat.S_IFREG | _mode(member)) << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.file_size = member.size
    return entry


def _mode(member: Member) -> int:
    return 0o755 if member.executable else 0o644
