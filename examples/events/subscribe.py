#!/usr/bin/env python3
"""Sends the events of a topic, a line of JSON each.

The next event is fetched from the stream when the one before was written. So a slow subscriber stops
this process and nothing else, and what the subscriber has not read stays in the stream.
"""

import json
import re
import sys
import time

from jetstream import JetStream, describe

INVALID_ARGUMENT, OUT_OF_RANGE, UNAVAILABLE = 3, 11, 14
TOPIC = re.compile(r"(([\w-]+|\*)\.)*([\w-]+|\*|>)", re.ASCII)
RECONNECT_SECONDS = 30


def fail(code, message):
    print(message, file=sys.stderr)
    sys.exit(64 + code)


def require_kept(sequence, first, last):
    if sequence + 1 < first:
        fail(OUT_OF_RANGE, f"after: event {sequence + 1} is no longer kept; the oldest is {first}, begin with 0")
    if sequence > last:
        fail(OUT_OF_RANGE, f"after: there is no event {sequence} yet; the last is {last}")


def send_events(jetstream, subject, sequence):
    """Sends the events after this sequence and yields the sequence of each."""
    jetstream.consume(subject, sequence + 1)
    while True:
        event = jetstream.next()
        if event is None:
            continue
        if event["sequence"] > sequence + 1:  # between them: other topics, or events no longer kept
            require_kept(sequence, *jetstream.bounds())
        print(json.dumps(event), flush=True)
        sequence = event["sequence"]
        yield sequence


request = json.load(sys.stdin)
topic = request.get("topic") or ">"
if not TOPIC.fullmatch(topic):
    fail(INVALID_ARGUMENT, f"topic: {topic!r} is invalid; give words separated by dots")
sequence = int(request["after"]) if "after" in request else None
deadline = time.monotonic()  # the first connection is tried once
while True:
    try:
        jetstream = JetStream()
        first, last = jetstream.bounds()
        deadline = None
        if sequence is None:
            sequence = last
        elif sequence == 0:
            sequence = first - 1
        require_kept(sequence, first, last)
        for sequence in send_events(jetstream, f"events.{topic}", sequence):
            pass
    except OSError as problem:
        deadline = deadline or time.monotonic() + RECONNECT_SECONDS
        if time.monotonic() >= deadline:
            fail(UNAVAILABLE, describe(problem))
        time.sleep(0.2)
