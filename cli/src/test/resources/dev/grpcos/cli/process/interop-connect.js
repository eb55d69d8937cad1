// Plays cases of gRPC's interoperability suite with connect-node, over HTTP/1.1 and with either
// codec. Arguments: a socket, a descriptor set.
const fs = require('fs');
const {createFileRegistry, fromBinary} = require('@bufbuild/protobuf');
const {FileDescriptorSetSchema} = require('@bufbuild/protobuf/wkt');
const {Code, ConnectError, createClient} = require('@connectrpc/connect');
const {createConnectTransport} = require('@connectrpc/connect-node');

const [socket, set] = process.argv.slice(2);
const files = createFileRegistry(fromBinary(FileDescriptorSetSchema, fs.readFileSync(set)));
const service = files.getService('grpc.testing.TestService');
const zeros = size => ({body: new Uint8Array(size)});
const sizes = (...all) => ({responseParameters: all.map(size => ({size}))});

async function* each(...requests) {
  yield* requests;
}

const bodies = async responses => {
  const lengths = [];
  for await (const response of responses) lengths.push(response.payload.body.length);
  return lengths;
};

const failure = async call => {
  try {
    await call;
    return 'none';
  } catch (e) {
    return ConnectError.from(e);
  }
};

const say = (name, ...values) => console.log(name, ...values.map(value => JSON.stringify(value)));

const play = async useBinaryFormat => {
  const client = createClient(service, createConnectTransport({
    baseUrl: 'http://localhost',
    httpVersion: '1.1',
    nodeOptions: {socketPath: socket},
    useBinaryFormat,
  }));
  const soon = {timeoutMs: 120000};
  await client.emptyCall({}, soon);
  const large = await client.unaryCall({responseSize: 314159, payload: zeros(271828)}, soon);
  say('large_unary', large.payload.body.length);
  const total = await client.streamingInputCall(
    each(...[27182, 8, 1828, 45904].map(size => ({payload: zeros(size)}))), soon);
  say('client_streaming', total.aggregatedPayloadSize);
  say('server_streaming',
    await bodies(client.streamingOutputCall(sizes(31415, 9, 2653, 58979), soon)));
  say('half_duplex', await bodies(client.fullDuplexCall(each(sizes(31415), sizes(9)), soon)));
  const seen = {};
  await client.unaryCall({responseSize: 1}, {
    ...soon,
    headers: {
      'x-grpc-test-echo-initial': 'test_initial_metadata_value',
      'x-grpc-test-echo-trailing-bin': 'q6ur',
    },
    onHeader: headers => (seen.header = headers.get('x-grpc-test-echo-initial')),
    onTrailer: trailers => (seen.trailer = trailers.get('x-grpc-test-echo-trailing-bin')),
  });
  say('custom_metadata', seen.header, seen.trailer);
  const message = '\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \ud83d\ude08\t\n';
  const failed = await failure(client.unaryCall({responseStatus: {code: 2, message}}, soon));
  say('special_status_message', Code[failed.code], failed.rawMessage === message);
  const lost = await failure(client.emptyCall({}, {...soon, headers: {'x-test-details': '1'}}));
  say('details', Code[lost.code], lost.rawMessage, lost.details.map(detail => detail.type));
  say('unimplemented_method', Code[(await failure(client.unimplementedCall({}, soon))).code]);
  const late = {responseParameters: [{size: 1, intervalUs: 20000000}]};
  say('timeout_on_sleeping_server',
    Code[(await failure(bodies(client.streamingOutputCall(late, {timeoutMs: 300})))).code]);
};

play(true).then(() => play(false)).then(() => process.exit(0));
