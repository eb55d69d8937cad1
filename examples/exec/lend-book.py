#!/usr/bin/env python3
"""Lends books to readers with a library card; refuses others with google.rpc details."""

import json
import sys

request = json.load(sys.stdin)
reader = request.get("reader", "")
if reader != "ada":
    detail = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "NO_CARD",
        "domain": "library.example",
        "metadata": {"reader": reader},
    }
    status = {"message": f"{reader or 'nobody'} has no library card", "details": [detail]}
    print(json.dumps(status), file=sys.stderr)
    sys.exit(64 + 7)  # PERMISSION_DENIED
print(json.dumps({"id": f"{reader}-{request['isbn']}"}))
