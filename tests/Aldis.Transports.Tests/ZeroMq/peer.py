#!/usr/bin/python3
"""A peer of Aldis in Python, written from docs/transports/zeromq.md alone. It keeps nothing: what it publishes, it leaves with a process of Aldis.

    peer.py publish ADDRESS TOPIC COUNT [KEYS]     leaves events "python 0", "python 1", ... and says "kept N"
    peer.py consume ADDRESS TOPIC GROUP COUNT [KEYS]    takes events one after another, and says "event KEY BODY ATTEMPT"
"""
import os
import struct
import sys
import time
import uuid

import zmq
from zmq.utils import z85

HELLO, JOIN, CREDIT, SETTLE, LEAVE, PUBLISH = 1, 2, 3, 4, 5, 6
WELCOME, JOINED, DELIVER, SETTLED, GONE, STORED = 11, 12, 13, 14, 15, 16
SEALED, SEALED_ALONE = 21, 22
NO_TEXT = 0xFFFF
NO_LONG_TEXT = 0xFFFFFFFF


def text(value):
    if value is None:
        return struct.pack(">H", NO_TEXT)
    data = value.encode()
    return struct.pack(">H", len(data)) + data


class Reader:
    def __init__(self, data, place=0):
        self.data, self.place = data, place

    def take(self, count):
        self.place += count
        assert self.place <= len(self.data), "the message ends too early"
        return self.data[self.place - count:self.place]

    def number(self, form):
        return struct.unpack(">" + form, self.take(struct.calcsize(form)))[0]

    def text(self):
        length = self.number("H")
        return None if length == NO_TEXT else self.take(length).decode()

    def long_text(self):
        length = self.number("I")
        return None if length == NO_LONG_TEXT else self.take(length).decode()


def write_event(topic, key, body):
    # Ids of version 7 sort by time; any UUID is an id.
    record = uuid.uuid4().bytes + struct.pack(">q", time.time_ns() // 100)
    record += text(topic) + text("/python") + text("text/plain") + text(key)
    record += struct.pack(">H", 1) + text("tenant") + text("ä") + body
    return struct.pack(">I", len(record)) + record


def read_event(reader):
    end = reader.number("I") + reader.place
    event = {"id": uuid.UUID(bytes=reader.take(16)), "time": reader.number("q")}
    for name in ("type", "source", "datacontenttype", "partitionkey"):
        event[name] = reader.text()
    event["headers"] = {reader.text(): reader.text() for _ in range(reader.number("H"))}
    event["body"] = reader.take(end - reader.place)
    return event


class Line:
    """A connection in plain text."""

    def __init__(self, socket):
        self.socket = socket

    def send(self, message):
        self.socket.send(message)

    def recv(self):
        return self.socket.recv()


class SealedLine(Line):
    """A connection whose messages are sealed with the key of the fleet."""

    def __init__(self, socket, secret):
        super().__init__(socket)
        self.secret, self.salt, self.number, self.other, self.least = secret, os.urandom(16), 0, b"", 0

    def key(self, salt):
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF
        return AESGCM(HKDF(SHA256(), 32, salt, b"aldis zeromq 1").derive(self.secret))

    def send(self, message):
        kind, about = (SEALED_ALONE, b"") if message[0] == HELLO else (SEALED, self.other)
        number, self.number = struct.pack(">q", self.number), self.number + 1
        whole = self.key(self.salt).encrypt(bytes(4) + number, message, bytes([kind]) + about)
        super().send(bytes([kind]) + self.salt + number + whole)

    def recv(self):
        whole = super().recv()
        kind, salt, number = whole[0], whole[1:17], whole[17:25]
        assert kind == SEALED and self.other in (b"", salt) and struct.unpack(">q", number)[0] >= self.least
        message = self.key(salt).decrypt(bytes(4) + number, whole[25:], bytes([kind]) + self.salt)
        self.other, self.least = salt, struct.unpack(">q", number)[0] + 1
        return message


def connect(address, keys):
    socket = zmq.Context.instance().socket(zmq.DEALER)
    socket.linger = 0
    socket.rcvtimeo = 10_000
    line = Line(socket)
    if keys:
        pairs = dict(line.split(" = ", 1) for line in open(keys).read().splitlines() if not line.startswith("#"))
        socket.curve_publickey, socket.curve_secretkey = pairs["public-key"].encode(), pairs["secret-key"].encode()
        socket.curve_serverkey = pairs["public-key"].encode()
        line = SealedLine(socket, z85.decode(pairs["secret-key"]))
    socket.connect("tcp://" + address)
    line.send(struct.pack(">BBH", HELLO, 1, 0))
    welcome = Reader(line.recv())
    assert (welcome.number("B"), welcome.number("B")) == (WELCOME, 1), "no welcome"
    return line


def publish(address, topic, count, keys=None):
    line = connect(address, keys)
    events = b"".join(write_event(topic, "k", f"python {number}".encode()) for number in range(int(count)))
    line.send(struct.pack(">BI", PUBLISH, 7) + text(topic) + struct.pack(">I", int(count)) + events)
    answer = Reader(line.recv())
    assert (answer.number("B"), answer.number("I")) == (STORED, 7)
    outcome, reason = answer.number("B"), answer.long_text()
    print(f"kept {count}" if outcome == 0 else f"not kept, {outcome}: {reason}", flush=True)


def consume(address, topic, group, count, keys=None):
    line, session, left = connect(address, keys), 1, int(count)
    line.send(struct.pack(">BIB", JOIN, session, 0) + text(topic) + text(group))
    answer = Reader(line.recv())
    assert (answer.number("B"), answer.number("I")) == (JOINED, session), "not joined"
    print("joined", flush=True)
    line.send(struct.pack(">BIq", CREDIT, session, left))
    call = 0
    while left > 0:
        message = Reader(line.recv())
        kind = message.number("B")
        if kind != DELIVER:
            continue
        message.number("I")
        first, n = message.number("q"), message.number("I")
        verdicts = b""
        for number in range(first, first + n):
            attempt, event = message.number("I"), read_event(message)
            print(f"event {event['partitionkey']} {event['body'].decode()} {attempt}", flush=True)
            verdicts += struct.pack(">qB", number, 0)
        call, left = call + 1, left - n
        line.send(struct.pack(">BIII", SETTLE, session, call, n) + verdicts + struct.pack(">I", 0))
        # Verdicts are kept when the publisher has said so. Meanwhile this process lives.
        line.send(struct.pack(">BBHI", HELLO, 1, 1, session))
    while True:
        answer = Reader(line.recv())
        if answer.number("B") == SETTLED and answer.number("I") == session and answer.number("I") == call:
            outcome, reason, refused = answer.number("B"), answer.long_text(), answer.number("I")
            print(f"settled {outcome} refused {refused}", flush=True)
            break
    line.send(struct.pack(">BI", LEAVE, session))
    while Reader(line.recv()).number("B") != GONE:
        pass


{"publish": publish, "consume": consume}[sys.argv[1]](*sys.argv[2:])
