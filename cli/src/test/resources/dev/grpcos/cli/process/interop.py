# Plays cases of gRPC's interoperability suite with grpcio. Arguments: a socket, a descriptor set.
import sys
import threading

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

socket, descriptors = sys.argv[1:]
files = descriptor_pb2.FileDescriptorSet()
with open(descriptors, 'rb') as content:
    files.ParseFromString(content.read())
pool = descriptor_pool.DescriptorPool()
by_name = {file.name: file for file in files.file}


def add(name):
    if name in by_name:
        file = by_name.pop(name)
        for imported in file.dependency:
            add(imported)
        pool.AddSerializedFile(file.SerializeToString())


for name in list(by_name):
    add(name)


def message(name):
    found = pool.FindMessageTypeByName('grpc.testing.' + name)
    if hasattr(message_factory, 'GetMessageClass'):
        return message_factory.GetMessageClass(found)
    return message_factory.MessageFactory(pool).GetPrototype(found)


Empty, Request, Response = message('Empty'), message('SimpleRequest'), message('SimpleResponse')
In, InReply = message('StreamingInputCallRequest'), message('StreamingInputCallResponse')
Out, OutReply = message('StreamingOutputCallRequest'), message('StreamingOutputCallResponse')
channel = grpc.insecure_channel('unix:' + socket)


def method(kind, name, request, response):
    return getattr(channel, kind)('/grpc.testing.TestService/' + name, request.SerializeToString, response.FromString)


def sizes(*all):
    return Out(response_parameters=[{'size': size} for size in all])


def bodies(replies):
    return [len(reply.payload.body) for reply in replies]


empty = method('unary_unary', 'EmptyCall', Empty, Empty)
unary = method('unary_unary', 'UnaryCall', Request, Response)
duplex = method('stream_stream', 'FullDuplexCall', Out, OutReply)
empty(Empty(), timeout=120)
print('empty_unary')
large = unary(Request(response_size=314159, payload={'body': bytes(271828)}), timeout=120)
print('large_unary', len(large.payload.body))
sent = (In(payload={'body': bytes(size)}) for size in (27182, 8, 1828, 45904))
total = method('stream_unary', 'StreamingInputCall', In, InReply)(sent, timeout=120)
print('client_streaming', total.aggregated_payload_size)
output = method('unary_stream', 'StreamingOutputCall', Out, OutReply)
print('server_streaming', bodies(output(sizes(31415, 9, 2653, 58979), timeout=120)))
print('ping_pong', bodies(duplex(iter([sizes(31415), sizes(9)]), timeout=120)))
print('empty_stream', bodies(duplex(iter([]), timeout=120)))
echo = (('x-grpc-test-echo-initial', 'test_initial_metadata_value'), ('x-grpc-test-echo-trailing-bin', b'\xab\xab\xab'))
_, call = unary.with_call(Request(response_size=1), metadata=echo, timeout=120)
print('custom_metadata', dict(call.initial_metadata())['x-grpc-test-echo-initial'],
      dict(call.trailing_metadata())['x-grpc-test-echo-trailing-bin'].hex())
_, call = unary.with_call(Request(response_size=271828), compression=grpc.Compression.Gzip, timeout=120)
print('compressed_unary', call.code())


def failing(name, run):
    try:
        run()
        print(name, 'did not fail')
    except grpc.RpcError as error:
        print(name, error.code(), repr(error.details()))
        return error


text = '\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001F608\t\n'
failed = failing('special_status_message', lambda: unary(Request(response_status={'code': 2, 'message': text}), timeout=120))
print(failed.details() == text)
lost = failing('details', lambda: empty(Empty(), metadata=(('x-test-details', '1'),), timeout=120))
print(b'LOST' in dict(lost.trailing_metadata())['grpc-status-details-bin'])
missing = method('unary_unary', 'UnimplementedCall', Empty, Empty)
failing('unimplemented_method', lambda: missing(Empty(), timeout=120))
late = Out(response_parameters=[{'size': 1, 'interval_us': 20000000}])
print('timeout_on_sleeping_server', duplex(iter([late]), timeout=0.1).code())
over = threading.Event()


def held_open():
    yield sizes(31415)
    over.wait(30)


first = duplex(held_open(), timeout=120)
next(first)
first.cancel()
over.set()
print('cancel_after_first_response', first.code())
