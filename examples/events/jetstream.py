"""The stream of events in NATS JetStream, over one connection to NATS."""

import json
import os
import socket
import time

SECOND = 10**9  # JetStream counts nanoseconds
STREAM = {
    "name": "EVENTS",
    "subjects": ["events.>"],
    "storage": "file",
    "max_age": 7 * 24 * 3600 * SECOND,
    "max_bytes": 256 * 1024 * 1024,  # the oldest events go first
}
ANSWER_SECONDS, WAIT_SECONDS = 5, 30


def describe(problem):
    return f"NATS at {os.environ['NATS_ADDRESS']}: {getattr(problem, 'strerror', None) or problem}"


class JetStream:
    """Methods raise OSError if NATS does not answer, or answers with an error."""

    def __init__(self):
        self.socket = socket.create_connection(os.environ["NATS_ADDRESS"].rsplit(":", 1), ANSWER_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.input = self.socket.makefile("rb")
        self.max_payload = json.loads(self.input.readline().removeprefix(b"INFO ") or "{}")["max_payload"]
        self.inbox = f"_INBOX.{os.urandom(12).hex()}"
        self.write('CONNECT {"verbose":false,"headers":true,"no_responders":true}', f"SUB {self.inbox} 1")

    def write(self, *lines):
        self.socket.sendall("".join(line + "\r\n" for line in lines).encode())

    def send(self, subject, text, header=""):
        size = len((header + text).encode())
        if size > self.max_payload:
            raise ValueError(f"{size} bytes; NATS accepts at most {self.max_payload}")
        sizes = f"{len(header.encode())} {size}" if header else size
        self.write(f"{'HPUB' if header else 'PUB'} {subject} {self.inbox} {sizes}", header + text)

    def receive(self):
        """Returns the subject of the next message, the subject to reply to or "", the header and the text."""
        while line := self.input.readline():
            words = line.decode().split()
            if words[0] == "PING":
                self.write("PONG")
            elif words[0] in ("MSG", "HMSG"):  # SUBJECT SUBSCRIPTION [REPLY] [HEADER-SIZE] SIZE
                *reply, header_size, size = words[3:] if words[0] == "HMSG" else [*words[3:-1], 0, words[-1]]
                header = self.input.read(int(header_size)).decode()
                text = self.input.read(int(size) - int(header_size) + 2)[:-2].decode(errors="replace")
                if header.startswith("NATS/1.0 503"):
                    raise ConnectionError("JetStream does not answer; start NATS with -js")
                return words[1], "".join(reply), header, text
            elif words[0] == "-ERR":
                raise ConnectionError(line.decode().strip())
        raise ConnectionError("the connection was closed")

    def request(self, subject, text, header=""):
        """Sends a message and returns the answer, a JSON object."""
        self.send(subject, text, header)
        answer = json.loads(self.receive()[-1])
        if error := answer.get("error"):
            raise (LookupError if error["code"] == 404 else ConnectionError)(error["description"])
        return answer

    def bounds(self):
        """Returns the first and last sequence of the stream, which is created if it does not exist."""
        try:
            state = self.request("$JS.API.STREAM.INFO.EVENTS", "")["state"]
        except LookupError:
            state = self.request("$JS.API.STREAM.CREATE.EVENTS", json.dumps(STREAM))["state"]
        return max(state["first_seq"], 1), state["last_seq"]

    def consume(self, subject, sequence):
        """Makes next() return the events of a subject, starting with this sequence."""
        start = {"deliver_policy": "by_start_sequence", "opt_start_seq": sequence, "filter_subject": subject}
        config = {**start, "ack_policy": "none", "mem_storage": True, "inactive_threshold": 2 * WAIT_SECONDS * SECOND}
        request = json.dumps({"stream_name": "EVENTS", "config": config})
        self.consumer = self.request("$JS.API.CONSUMER.CREATE.EVENTS", request)["name"]

    def next(self):
        """Requests one event and returns it; returns None after WAIT_SECONDS without an event."""
        self.socket.settimeout(WAIT_SECONDS + ANSWER_SECONDS)
        request = json.dumps({"batch": 1, "expires": WAIT_SECONDS * SECOND})
        self.send(f"$JS.API.CONSUMER.MSG.NEXT.EVENTS.{self.consumer}", request)
        subject, reply, header, text = self.receive()
        self.socket.settimeout(ANSWER_SECONDS)
        if header.startswith("NATS/1.0 408"):
            return None
        if not reply:
            raise ConnectionError(header.splitlines()[0].removeprefix("NATS/1.0 "))
        # $JS.ACK.STREAM.CONSUMER.DELIVERIES.SEQUENCE.CONSUMER-SEQUENCE.TIME.PENDING
        sequence, nanoseconds = int(reply.split(".")[5]), int(reply.split(".")[7])
        instant = time.strftime("%FT%T", time.gmtime(nanoseconds // SECOND)) + f".{nanoseconds % SECOND:09}Z"
        return {"sequence": sequence, "time": instant, "topic": subject.removeprefix("events."), "text": text}
