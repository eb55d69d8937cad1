#!/usr/bin/env python3
"""Publishes events: a line of JSON for each call, and a line with the same id for its answer."""

import json
import re
import sys

from jetstream import JetStream, describe

INVALID_ARGUMENT, UNAVAILABLE = 3, 14
TOPIC = re.compile(r"[\w-]+(\.[\w-]+)*", re.ASCII)


def publish(request):
    topic, text, identifier = (request.get(name, "") for name in ("topic", "text", "id"))
    if not TOPIC.fullmatch(topic):
        return failure(INVALID_ARGUMENT, f"topic: {topic!r} is invalid; give words separated by dots")
    if not identifier.isprintable():
        return failure(INVALID_ARGUMENT, "id: it has control characters; give printable ones")
    header = f"NATS/1.0\r\nNats-Msg-Id: {identifier}\r\n\r\n" if identifier else ""
    try:
        # One connection per event, so that a restart of NATS between two events breaks none.
        jetstream = JetStream()
        jetstream.bounds()
        stored = jetstream.request(f"events.{topic}", text, header)
    except ValueError as problem:
        return failure(INVALID_ARGUMENT, f"text: {problem}")
    except OSError as problem:
        return failure(UNAVAILABLE, describe(problem))
    return {"response": {"sequence": stored["seq"], "duplicate": stored.get("duplicate", False)}}


def failure(code, message):
    return {"status": {"code": code, "message": message}}


for line in sys.stdin:
    call = json.loads(line)
    print(json.dumps({"id": call["id"], **publish(call["request"])}), flush=True)
