#!/usr/bin/env python3
"""Serves many calls: reads a line of JSON for each, and prints one with the same id."""

import itertools
import json
import sys

with open("books.txt", encoding="utf-8") as lines:
    books = [line.split(maxsplit=2) for line in map(str.strip, lines)]
turn = itertools.count()

for line in sys.stdin:
    call = json.loads(line)
    most = call["request"].get("mostPages", 0)
    fitting = [book for book in books if most == 0 or int(book[1]) <= most]
    if fitting:
        isbn, pages, title = fitting[next(turn) % len(fitting)]
        answer = {"response": {"isbn": isbn, "title": title, "pages": int(pages)}}
    else:
        answer = {"status": {"code": 5, "message": f"no book has at most {most} pages"}}
    print(json.dumps({"id": call["id"], **answer}), flush=True)
