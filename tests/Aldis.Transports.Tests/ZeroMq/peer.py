#!/usr/bin/python3
"""A peer of Aldis in Python, written from docs/transports/zeromq.md alone. It keeps nothing: what it publishes, it leaves with a process of Aldis.

    peer.py publish ADDRESS TOPIC COUNT [KEYS]     leaves events "python 0", "python 1", ... and says "kept N"
    peer.py consume ADDRESS TOPIC GROUP COUNT [KEYS]    takes events one after another, and says "event KEY BODY ATTEMPT"
"""
import struct
import sys
import time
import uuid

import zmq

HELLO, JOIN, CREDIT, SETTLE, LEAVE, PUBLISH = 1, 2, 3, 4, 5, 6
WELCOME, JOINED, DELIVER, SETTLED, GONE, STORED = 11, 12, 13, 14, 15, 16
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


def connect(address, keys):
    socket = zmq.Context.instance().socket(zmq.DEALER)
    socket.linger = 0
    socket.rcvtimeo = 10_000
    if keys:
        pairs = dict(line.split(" = ", 1) for line in open(keys).read().splitlines() if not line.startswith("#"))
        socket.curve_publickey, socket.curve_secretkey = pairs["public-key"].encode(), pairs["secret-key"].encode()
        socket.curve_serverkey = pairs["public-key"].encode()
    socket.connect("tcp://" + address)
    socket.send(struct.pack(">BBH", HELLO, 1, 0))
    welcome = Reader(socket.recv())
    assert (welcome.number("B"), welcome.number("B")) == (WELCOME, 1), "no welcome"
    return socket


def publish(address, topic, count, keys=None):
    socket = connect(address, keys)
    events = b"".join(write_event(topic, "k", f"python {number}".encode()) for number in range(int(count)))
    socket.send(struct.pack(">BI", PUBLISH, 7) + text(topic) + struct.pack(">I", int(count)) + events)
    answer = Reader(socket.recv())
    assert (answer.number("B"), answer.number("I")) == (STORED, 7)
    outcome, reason = answer.number("B"), answer.long_text()
    print(f"kept {count}" if outcome == 0 else f"not kept, {outcome}: {reason}", flush=True)


def consume(address, topic, group, count, keys=None):
    socket, session, left = connect(address, keys), 1, int(count)
    socket.send(struct.pack(">BIB", JOIN, session, 0) + text(topic) + text(group))
    answer = Reader(socket.recv())
    assert (answer.number("B"), answer.number("I")) == (JOINED, session), "not joined"
    print("joined", flush=True)
    socket.send(struct.pack(">BIq", CREDIT, session, left))
    call = 0
    while left > 0:
        message = Reader(socket.recv())
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
        socket.send(struct.pack(">BIII", SETTLE, session, call, n) + verdicts + struct.pack(">I", 0))
        # Verdicts are kept when the publisher has said so. Meanwhile this process lives.
        socket.send(struct.pack(">BBHI", HELLO, 1, 1, session))
    while True:
        answer = Reader(socket.recv())
        if answer.number("B") == SETTLED and answer.number("I") == session and answer.number("I") == call:
            outcome, reason, refused = answer.number("B"), answer.long_text(), answer.number("I")
            print(f"settled {outcome} refused {refused}", flush=True)
            break
    socket.send(struct.pack(">BI", LEAVE, session))
    while Reader(socket.recv()).number("B") != GONE:
        pass


{"publish": publish, "consume": consume}[sys.argv[1]](*sys.argv[2:])
