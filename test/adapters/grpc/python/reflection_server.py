"""A server of gRPC's C core that describes itself from a descriptor set, by v1 or v1alpha: reflection_server.py SET VERSION SERVICE...

Debian has no package of grpcio-reflection: this does what its servicer does, from the same pool of descriptors. Prints its port."""
import sys
from concurrent import futures

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool

path, version, *services = sys.argv[1:]
pool = descriptor_pool.DescriptorPool()
described = descriptor_pb2.FileDescriptorSet()
with open(path, 'rb') as file:
    described.ParseFromString(file.read())
for each in described.file:
    pool.Add(each)


def varint(number):
    out = b''
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def field(number, content):
    return varint(number << 3 | 2) + varint(len(content)) + content


def question(request):
    """The last field of ServerReflectionRequest, which is the one of its oneof: its number and text."""
    at, found = 0, (0, '')
    while at < len(request):
        tag, length = request[at], request[at + 1]
        found = (tag >> 3, request[at + 2 : at + 2 + length].decode())
        at += 2 + length
    return found


def file_of(number, text):
    if number == 3:
        return pool.FindFileByName(text)
    try:
        return pool.FindFileContainingSymbol(text)
    except KeyError:
        return pool.FindMethodByName(text).containing_service.file


def answer(request):
    number, text = question(request)
    if number == 7:
        return field(6, b''.join(field(1, field(1, name.encode())) for name in services))
    try:
        return field(4, field(1, file_of(number, text).serialized_pb))
    except KeyError:
        return field(7, b'\x08\x05' + field(2, b'not found'))


def metadata_allows(context):
    return ('authorization', 'Bearer let-me-in') in [tuple(each) for each in context.invocation_metadata()]


def info(requests, context):
    if not metadata_allows(context):
        context.abort(grpc.StatusCode.UNAUTHENTICATED, 'who are you?')
    for request in requests:
        yield field(2, request) + answer(request)


class Reflection(grpc.GenericRpcHandler):
    def service(self, details):
        if details.method == f'/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo':
            return grpc.stream_stream_rpc_method_handler(info)
        return None


server = grpc.server(futures.ThreadPoolExecutor(max_workers=2))
server.add_generic_rpc_handlers((Reflection(),))
print(server.add_insecure_port('127.0.0.1:0'), flush=True)
server.start()
sys.stdin.read()
server.stop(0)
