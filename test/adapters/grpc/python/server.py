"""The interop TestService of grpc/grpc: doc/interop-test-descriptions.md, by grpcio's C core.

Messages are made from a descriptor set (the first argument), so that no code is generated. The second argument is JSON: `tls`, a map of PEM files
`key`, `cert` and, where clients must show who they are, `ca`; `compression`, of replies. What arrives, and what ends, is told on standard output,
one JSON object a line; the first says the port. `serving` or `ill` on standard input is what health says from then on.
"""
import asyncio
import json
import sys

import grpc
from google.protobuf import any_pb2, descriptor_pb2, duration_pb2  # noqa: F401 (the pool knows what was imported)
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import MessageFactory

pool = DescriptorPool()
with open(sys.argv[1], 'rb') as file:
    for each in descriptor_pb2.FileDescriptorSet.FromString(file.read()).file:
        pool.Add(each)
factory = MessageFactory(pool)
options = json.loads(sys.argv[2])


def message(name):
    return factory.GetPrototype(pool.FindMessageTypeByName(name))


Payload = message('grpc.testing.Payload')
SimpleResponse = message('grpc.testing.SimpleResponse')
Output = message('grpc.testing.StreamingOutputCallResponse')
Input = message('grpc.testing.StreamingInputCallResponse')
Empty = message('grpc.testing.Empty')
Health = message('grpc.health.v1.HealthCheckResponse')


def tell(**what):
    print(json.dumps(what), flush=True)


def payload(size):
    return Payload(body=b'\0' * size)


def codeOf(number):
    return next(code for code in grpc.StatusCode if code.value[0] == number)


async def begin(method, context):
    metadata = {key: list(value) if isinstance(value, bytes) else value for key, value in context.invocation_metadata()}
    tell(began=method, metadata=metadata, left=context.time_remaining(), peer=context.peer())
    context.add_done_callback(lambda _: tell(ended=method))
    echo = metadata.get('x-grpc-test-echo-initial')
    if echo is not None:
        await context.send_initial_metadata((('x-grpc-test-echo-initial', echo),))
    return metadata


def rich():
    Status, BadRequest, RetryInfo = (message(f'google.rpc.{name}') for name in ('Status', 'BadRequest', 'RetryInfo'))
    status = Status(code=3, message='ORA-00942')
    wrong = BadRequest()
    wrong.field_violations.add(field='payload.body', description='too dull')
    later = RetryInfo()
    later.retry_delay.seconds = 4
    for detail in (wrong, later):
        packed = status.details.add()
        packed.Pack(detail)
    return status.SerializeToString()


async def unary(request, context):
    metadata = await begin('UnaryCall', context)
    if request.response_status.code != 0:
        if 'x-rich' in metadata:
            context.set_trailing_metadata((('grpc-status-details-bin', rich()),))
        await context.abort(codeOf(request.response_status.code), request.response_status.message)
    if request.response_size < 0:
        await asyncio.sleep(30)
    return SimpleResponse(payload=payload(max(0, request.response_size)))


async def empty(request, context):
    await begin('EmptyCall', context)
    return Empty()


async def answer(request, context):
    """Returns whether the status was OK."""
    for wanted in request.response_parameters:
        if wanted.interval_us > 0:
            await asyncio.sleep(wanted.interval_us / 1_000_000)
        await context.write(Output(payload=payload(wanted.size)))
    if request.response_status.code != 0:
        await context.abort(codeOf(request.response_status.code), request.response_status.message)


async def output(request, context):
    await begin('StreamingOutputCall', context)
    await answer(request, context)


async def duplex(requests, context):
    await begin('FullDuplexCall', context)
    async for request in requests:
        await answer(request, context)


async def half(requests, context):
    await begin('HalfDuplexCall', context)
    for request in [request async for request in requests]:
        await answer(request, context)


async def count(requests, context):
    await begin('StreamingInputCall', context)
    return Input(aggregated_payload_size=sum([len(request.payload.body) async for request in requests]))


serving = 1
changed = None


async def watch(request, context):
    global changed
    await begin('Watch', context)
    last = None
    while True:
        if last != serving:
            last = serving
            await context.write(Health(status=serving))
        await changed.wait()


async def check(request, context):
    return Health(status=serving)


def handlers():
    def to(name):
        return message(name).FromString

    def by(reply):
        return reply.SerializeToString

    testing = 'grpc.testing.'
    test = {
        'EmptyCall': grpc.unary_unary_rpc_method_handler(empty, to(testing + 'Empty'), by(Empty)),
        'UnaryCall': grpc.unary_unary_rpc_method_handler(unary, to(testing + 'SimpleRequest'), by(SimpleResponse)),
        'StreamingOutputCall': grpc.unary_stream_rpc_method_handler(
            output, to(testing + 'StreamingOutputCallRequest'), by(Output)),
        'StreamingInputCall': grpc.stream_unary_rpc_method_handler(
            count, to(testing + 'StreamingInputCallRequest'), by(Input)),
        'FullDuplexCall': grpc.stream_stream_rpc_method_handler(
            duplex, to(testing + 'StreamingOutputCallRequest'), by(Output)),
        'HalfDuplexCall': grpc.stream_stream_rpc_method_handler(
            half, to(testing + 'StreamingOutputCallRequest'), by(Output)),
    }
    request = to('grpc.health.v1.HealthCheckRequest')
    health = {
        'Check': grpc.unary_unary_rpc_method_handler(check, request, by(Health)),
        'Watch': grpc.unary_stream_rpc_method_handler(watch, request, by(Health)),
    }
    return (
        grpc.method_handlers_generic_handler('grpc.testing.TestService', test),
        grpc.method_handlers_generic_handler('grpc.health.v1.Health', health),
    )


def credentials(tls):
    def read(name):
        with open(tls[name], 'rb') as file:
            return file.read()

    ca = read('ca') if 'ca' in tls else None
    return grpc.ssl_server_credentials([(read('key'), read('cert'))], ca, ca is not None)


async def listen():
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


async def main():
    global serving, changed
    changed = asyncio.Event()
    compression = {'gzip': grpc.Compression.Gzip, 'deflate': grpc.Compression.Deflate}.get(options.get('compression'))
    server = grpc.aio.server(handlers=handlers(), options=(('grpc.max_receive_message_length', -1),), compression=compression)
    address = '127.0.0.1:0'
    tls = options.get('tls')
    port = server.add_secure_port(address, credentials(tls)) if tls else server.add_insecure_port(address)
    await server.start()
    tell(port=port)
    reader = await listen()
    while line := await reader.readline():
        serving = 1 if line.strip() == b'serving' else 2
        changed.set()
        changed = asyncio.Event()
    await server.stop(None)


asyncio.run(main())
