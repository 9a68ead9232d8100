"""Prepares sources in a process of its own: reads orders, a line each, and writes replies so.

It ends when nobody can give it orders any more. What it reads was written by strangers, what it
computes holds no other thread up, and it has neither the network's credentials nor any record of
the store in its hands.
"""

import sys
from contextlib import suppress
from typing import BinaryIO, NoReturn

from wheeltree.errors import WheeltreeError
from wheeltree.model.codec import decode, encode
from wheeltree.model.source import SourceTree
from wheeltree.planning.orders import Declined, Done, Order, Refusal, Reply
from wheeltree.sources.draft import Draft
from wheeltree.sources.prepare import prepare
from wheeltree.store import packs
from wheeltree.store.files import explained

_BUFFER = 1 << 18


class _NotHere(Exception):
    """The order cannot be carried out by this process."""


def main(orders: BinaryIO, replies: BinaryIO) -> None:
    """Carry out orders to the last."""
    for line in orders:
        replies.write(encode(reply_to(decode(line, Order))) + b"\n")
        replies.flush()


def reply_to(order: Order) -> Reply:
    """Prepare one source, into the file that the order names."""
    try:
        return Reply(outcome=Done(tree=_prepared(order)))
    except _NotHere:
        return Reply(outcome=Declined())
    except WheeltreeError as error:
        return Reply(outcome=_refusal(error))
    except OSError as error:  # the disk of the store is full
        return Reply(outcome=_refusal(explained(error, order.body)))


def _refusal(error: WheeltreeError) -> Refusal:
    return Refusal(
        kind=type(error).__name__,
        message=error.message,
        hint=error.hint,
        details=error.details,
    )


def _prepared(order: Order) -> SourceTree:
    with order.body.open("r+b", buffering=_BUFFER) as body:
        draft = Draft(body)
        tree = prepare(
            order.candidate,
            order.preparation,
            order.archive,
            draft,
            scratch=_decline,
            run=_decline,
            supply=_decline,
        )
        packs.finish(body, draft.sealed(tree.epoch))
    return tree


def _decline(*_: object, **__: object) -> NoReturn:
    raise _NotHere


if __name__ == "__main__":
    with suppress(BrokenPipeError):  # who gave the last order is dead
        main(sys.stdin.buffer, sys.stdout.buffer)
