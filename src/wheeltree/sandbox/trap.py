"""Catches what a job tries to reach, names it, and lets it fail at once.

Nothing is in its way until it tries: its calls that could reach the network wait for us, those to
itself go on, and for the first other one sockets are opened in its namespace. From then on names
are answered, each with an address of its own, and connections are led to us, who hear what they
want and refuse it.
"""

import contextlib
import errno
import os
import socket
import struct
import threading
import time
from collections.abc import Collection
from functools import partial

from wheeltree.model.attempt import Means
from wheeltree.sandbox import notify, waiting
from wheeltree.sandbox.addressed import DNS, Address, addresses, memory
from wheeltree.sandbox.authority import Authority
from wheeltree.sandbox.footing import Footing, footing
from wheeltree.sandbox.names import Names
from wheeltree.sandbox.notify import Call
from wheeltree.sandbox.seccomp import Numbers
from wheeltree.sandbox.talk import talk
from wheeltree.sandbox.told import Told, Trace
from wheeltree.sandbox.witness import Witness, witness

_DATAGRAM = 65_535
_TALKS = 32
_KEPT = 64
"""Sockets of the job that are held to be woken."""
_SECONDS = 2
"""What a connection to us may take, and what talks may take when the job is over."""


class Trap:
    """The trap of one job, served by the thread that waits for its end."""

    def __init__(self, listener: int, calls: Numbers, authority: Authority | None) -> None:
        self.told = Told()
        self._listener = listener
        self._calls = calls
        self._authority = authority
        self._above: Collection[int] | None = None
        self._names = Names()
        self._footing: Footing | None = None
        self._refused = False
        self._clients: dict[tuple[str, int], Trace] = {}
        self._held: dict[int, socket.socket] = {}
        self._talks: list[threading.Thread] = []

    def arm(self, above: Collection[int]) -> None:
        """From now on calls are the job's. above: processes above its own, which are not told."""
        self._above = above

    @property
    def descriptors(self) -> tuple[int, ...]:
        """What to wait for besides the job."""
        if self._footing is None:
            return (self._listener,)
        return (self._listener, *(each.fileno() for each in self._footing.sockets))

    def attend(self, descriptor: int) -> None:
        """Deal with what one of them has."""
        if descriptor == self._listener:
            if call := notify.next_call(self._listener):
                self._decide(call)
            return
        assert self._footing is not None  # it has all other descriptors
        with contextlib.suppress(OSError):
            if descriptor == self._footing.names.fileno():
                self._answer(self._footing.names)
            for each in self._footing.datagrams:
                if descriptor == each.fileno():
                    self._hear(each)
            for each in self._footing.listeners:
                if descriptor == each.fileno():
                    self._welcome(each)

    def leave(self) -> None:
        """Answer no call any more: those that wait fail, so that none outlives our interest."""
        os.close(self._listener)

    def close(self) -> None:
        """After `leave`: hear what is still to be heard, and close everything."""
        for each in self._footing.sockets if self._footing else ():
            for _ in range(_TALKS):
                if not waiting.ready(each.fileno(), seconds=0):
                    break
                self.attend(each.fileno())
        last = time.monotonic() + _SECONDS
        for talking in self._talks:
            talking.join(max(0.0, last - time.monotonic()))
        for held in self._held.values():
            held.close()
        if self._footing is not None:
            self._footing.close()

    # Calls

    def _decide(self, call: Call) -> None:
        if self._above is None:
            notify.go_on(self._listener, call)
            return
        try:
            found = addresses(call, self._calls)
            if all(each.own and each.port != DNS for each in found):
                notify.go_on(self._listener, call)
                return
            who = witness(call.thread, self._above)
        except OSError:
            self._refuse_hidden(call)
            return
        if notify.waits(self._listener, call):
            for each in found[1:]:
                self._note(each, "udp", who)
            result = self._result(call, found[0], who)
            if result is None:
                notify.go_on(self._listener, call)
            else:
                notify.done(self._listener, call, result)

    def _refuse_hidden(self, call: Call) -> None:
        if notify.waits(self._listener, call):
            self.told.add(Trace("", 0, "unreadable", None))
            notify.done(self._listener, call, -errno.EACCES)

    def _result(self, call: Call, address: Address, who: Witness) -> int | None:
        """The result of a call; None to let it go on."""
        try:
            descriptor = notify.descriptor_of(who.process, call.arguments[0] & 0xFFFFFFFF)
        except OSError as error:
            self._note(address, "tcp", who)
            return -(error.errno or errno.EACCES)
        client = socket.socket(fileno=descriptor)
        try:
            if client.type == socket.SOCK_STREAM:
                return self._stream(call, client, address, who)
            if client.proto != socket.IPPROTO_UDP or not self._stand(call):
                self._note(address, "udp", who)
                return -errno.ENETUNREACH
            return self._datagram(call, client, address, who)
        except OSError as error:
            return -(error.errno or errno.EINVAL)
        finally:
            if client.fileno() not in {each.fileno() for each in self._held.values()}:
                client.close()

    def _stream(
        self, call: Call, client: socket.socket, address: Address, who: Witness
    ) -> int | None:
        if address.own:
            return None  # its own server, if it has one there
        trace = self._note(address, "tcp", who)
        if call.number != self._calls.connect:
            return -errno.EOPNOTSUPP  # to send with the first packet: clients then connect
        if not self._stand(call):
            return -errno.ENETUNREACH
        assert self._footing is not None
        result = _connected(client, self._footing.listeners)
        self._clients["tcp", client.getsockname()[1]] = trace
        return -result

    def _datagram(self, call: Call, client: socket.socket, address: Address, who: Witness) -> int:
        assert self._footing is not None
        if address.port != DNS:
            return self._other_datagram(call, client, address, who)
        names = ("::ffff:127.0.0.1" if client.family == socket.AF_INET6 else "127.0.0.1", DNS)
        sent = 0
        if call.number == self._calls.connect:
            client.connect(names)
        elif call.number == self._calls.sendto:
            length = min(call.arguments[2], _DATAGRAM)
            sent = client.sendto(memory(call.thread, call.arguments[1], length), names)
        else:
            self.told.add(Trace("", 0, "name", who))
            return -errno.ENETUNREACH
        self._clients["name", client.getsockname()[1]] = Trace("", 0, "name", who)
        return sent

    def _other_datagram(
        self, call: Call, client: socket.socket, address: Address, who: Witness
    ) -> int:
        """A socket that is connected has sent nothing yet: it may only ask for its own address."""
        if call.number != self._calls.connect:
            self._note(address, "udp", who)
            return -errno.ENETUNREACH
        assert self._footing is not None
        result = _connected(client, self._footing.datagrams)
        port = client.getsockname()[1]
        self._clients["udp", port] = self._trace(address, "udp", who)
        if len(self._held) < _KEPT:
            self._held[port] = client
        return -result

    def _stand(self, call: Call) -> bool:
        """Whether there are sockets in the namespace of the job; they are opened at first."""
        if self._footing is None and not self._refused:
            try:
                self._footing = footing(call.thread)
            except OSError:
                self._refused = True
            else:
                self._footing.never_wait()
        return self._footing is not None

    def _trace(self, address: Address, means: Means, who: Witness) -> Trace:
        return Trace(self._names.name_of(address.ip), address.port, means, who)

    def _note(self, address: Address, means: Means, who: Witness) -> Trace:
        return self.told.add(self._trace(address, means, who))

    # Clients

    def _answer(self, server: socket.socket) -> None:
        message, client = server.recvfrom(_DATAGRAM)
        found = self._names.answer(message)
        if found is None:
            return
        name, reply = found
        if name:
            asked = self._clients.get(("name", client[1]))
            self.told.add(Trace(name, 0, "name", asked.who if asked else None))
        server.sendto(reply, client)

    def _hear(self, server: socket.socket) -> None:
        _, client = server.recvfrom(_DATAGRAM)
        if trace := self._clients.get(("udp", client[1])):
            self.told.add(trace)
        if held := self._held.pop(client[1], None):
            with held, contextlib.suppress(OSError):
                held.shutdown(socket.SHUT_RDWR)  # or it would wait for an answer

    def _welcome(self, server: socket.socket) -> None:
        client, place = server.accept()
        trace = self._clients.pop(("tcp", place[1]), None)
        self._talks = [each for each in self._talks if each.is_alive()]
        if trace is None or len(self._talks) >= _TALKS:
            client.close()
            return
        work = partial(talk, client, trace.host, trace.port, self._authority, trace.tell)
        thread = threading.Thread(target=work, name="talk", daemon=True)
        self._talks.append(thread)
        thread.start()


def _connected(client: socket.socket, servers: tuple[socket.socket, ...]) -> int:
    """The error's number of connecting `client` to the one of `servers` that fits; 0 for none."""
    server = next((each for each in servers if each.family == client.family), None)
    if server is None:
        return errno.ENETUNREACH
    # The job may have filled our queue, and must not make us wait.
    level, option = socket.SOL_SOCKET, socket.SO_SNDTIMEO
    size = struct.calcsize("@ll")
    before = client.getsockopt(level, option, size)
    client.setsockopt(level, option, struct.pack("@ll", _SECONDS, 0))
    try:
        return client.connect_ex(server.getsockname())
    finally:
        client.setsockopt(level, option, before)
