#!/usr/bin/env python3
"""Answers POST /greetings over HTTP on the loopback. Usage: server.py [PORT]"""

import http.server
import json
import sys


class Greetings(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # keeps connections open
    disable_nagle_algorithm = True

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body = json.dumps({"message": f"Hello {request.get('name', '')}"}, separators=(",", ":")) + "\n"
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


port = int(sys.argv[1]) if len(sys.argv) > 1 else 7002
http.server.ThreadingHTTPServer(("127.0.0.1", port), Greetings).serve_forever()
