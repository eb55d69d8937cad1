#!/usr/bin/env python3
"""Holds conversations on several streams at once, and makes other calls meanwhile, in one process."""

import collections
import itertools
import json
import queue
import subprocess
import sys
import threading


class Session:
    """Sends the lines of calls, and gives each call the lines that have its id."""

    def __init__(self, *options):
        self._process = subprocess.Popen(
            ["grpcos", "session", "--keep-going", *options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        self._ids = itertools.count(1)
        self._lines = collections.defaultdict(queue.SimpleQueue)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self._process.stdout:
            answer = json.loads(line)
            self._lines[answer["id"]].put(answer)

    def send(self, call, **keys):
        self._process.stdin.write(json.dumps({"id": call, **keys}) + "\n")
        self._process.stdin.flush()

    def begin(self, method, **keys):
        call = next(self._ids)
        self.send(call, method=method, **keys)
        return call

    def next(self, call):
        """Returns a response of a stream, or the end of the call, which has a status."""
        return self._lines[call].get(timeout=30)

    def close(self):
        self._process.stdin.close()
        return self._process.wait(timeout=30)


session = Session()
names = sys.argv[1:]
talks = {name: session.begin("Greeter/SayHelloBidiStream") for name in names}
for greeting in ("again", "once more"):
    for name, talk in talks.items():
        session.send(talk, request={"name": f"{name}, {greeting}"})
        print(session.next(talk)["response"]["message"])
health = session.next(session.begin("Health/Check"))
print(health["responses"][0]["status"])
for name, talk in talks.items():
    session.send(talk, end=True)
    print(name, session.next(talk)["status"]["name"])
sys.exit(session.close())
