# Calls methods with JSON, with http.client and with requests. Arguments: a socket, and a folder of
# Python packages.
import base64, http.client, json, socket, sys, urllib.parse

path, packages = sys.argv[1:]
sys.path.insert(0, packages)
import requests_unixsocket

SERVICE = "/grpc.testing.TestService/"


class UnixConnection(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(120)
        self.sock.connect(path)


def zeros(size):
    return base64.b64encode(bytes(size)).decode()


def length(message):
    return len(base64.b64decode(message["payload"]["body"]))


def lines(*messages):
    for message in messages:
        yield (json.dumps(message) + "\n").encode()


connection = UnixConnection("localhost")


def post(method, body, headers={}):
    """Posts on the one connection, with chunks if the body is a generator."""
    connection.request("POST", SERVICE + method, body,
                       {"Content-Type": "application/json", **headers})
    response = connection.getresponse()
    return response, response.read()


response, body = post("EmptyCall", "{}")
print("empty_unary", response.status, body)
response, body = post("UnaryCall", json.dumps({"responseSize": 314159, "payload": {"body": zeros(271828)}}))
print("large_unary", length(json.loads(body)))
response, body = post("StreamingInputCall", lines(*({"payload": {"body": zeros(n)}} for n in (27182, 8, 1828, 45904))))
print("client_streaming", body)
response, body = post("StreamingOutputCall", json.dumps({"responseParameters": [{"size": n} for n in (31415, 9)]}))
print("server_streaming", [length(json.loads(line)) for line in body.splitlines()])
response, body = post("FullDuplexCall", lines({"responseParameters": [{"size": 31415}]}, {"responseParameters": [{"size": 9}]}))
print("half_duplex", [length(json.loads(line)) for line in body.splitlines()])
response, body = post("UnaryCall", '{"responseSize":1}',
                      {"x-grpc-test-echo-initial": "initial", "x-grpc-test-echo-trailing-bin": "q6ur"})
print("custom_metadata", response.headers["x-grpc-test-echo-initial"],
      response.headers["trailer-x-grpc-test-echo-trailing-bin"])
response, body = post("EmptyCall", "{}", {"x-test-details": "1"})
print("details", response.status, [detail["type"] for detail in json.loads(body)["details"]])
response, body = post("EmptyCal", "{}")
print("unknown_method", response.status, json.loads(body)["message"])
response, body = post("StreamingOutputCall", '{"responseParameters":[{"size":1,"intervalUs":20000000}]}',
                      {"Connect-Timeout-Ms": "300"})
print("timeout", response.status, json.loads(body)["code"])

session = requests_unixsocket.Session()
url = "http+unix://" + urllib.parse.quote(path, safe="") + SERVICE
print("requests", session.post(url + "EmptyCall", json={}, timeout=120).json())
with session.post(url + "StreamingOutputCall", stream=True, timeout=120,
                  json={"responseParameters": [{"size": 9}, {"size": 1}]}) as stream:
    print("requests_stream", [length(json.loads(line)) for line in stream.iter_lines()])
try:
    session.post(url + "StreamingOutputCall", timeout=120, headers={"Connect-Timeout-Ms": "2000"},
                 json={"responseParameters": [{"size": 1}, {"size": 1, "intervalUs": 20000000}]})
except requests_unixsocket.requests.exceptions.ChunkedEncodingError:
    print("requests_cut")
