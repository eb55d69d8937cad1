// Plays cases of gRPC's interoperability suite with grpc-js. Arguments: a socket, a descriptor set.
const fs = require('fs');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [socket, set] = process.argv.slice(2);
const loaded = loader.loadFileDescriptorSetFromBuffer(fs.readFileSync(set), {longs: Number});
const TestService = grpc.loadPackageDefinition(loaded).grpc.testing.TestService;
const client = new TestService('unix:' + socket, grpc.credentials.createInsecure());
const soon = () => ({deadline: Date.now() + 120000});
const zeros = size => ({body: Buffer.alloc(size)});
const sizes = (...all) => ({response_parameters: all.map(size => ({size}))});

const unary = (method, request, metadata = new grpc.Metadata(), options = soon()) =>
  new Promise(resolve => {
    const result = {};
    client[method](request, metadata, options, (error, reply) => resolve(Object.assign(result, {error, reply})))
      .on('metadata', headers => (result.headers = headers))
      .on('status', status => (result.status = status));
  });

const stream = (call, ...requests) =>
  new Promise(resolve => {
    const replies = [];
    call.on('data', reply => replies.push(reply.payload.body.length));
    call.on('error', () => {});
    call.on('status', status => resolve({replies, code: status.code}));
    for (const request of requests) call.write(request);
    if (requests.length) call.end();
  });

const say = (name, ...values) => console.log(name, ...values.map(value => JSON.stringify(value)));

(async () => {
  say('empty_unary', (await unary('EmptyCall', {})).status.code);
  const large = await unary('UnaryCall', {response_size: 314159, payload: zeros(271828)});
  say('large_unary', large.reply.payload.body.length);
  await new Promise(resolve => {
    const call = client.StreamingInputCall(soon(), (error, reply) => {
      say('client_streaming', reply.aggregated_payload_size);
      resolve();
    });
    for (const size of [27182, 8, 1828, 45904]) call.write({payload: zeros(size)});
    call.end();
  });
  say('server_streaming', await stream(client.StreamingOutputCall(sizes(31415, 9, 2653, 58979), soon())));
  say('ping_pong', await stream(client.FullDuplexCall(soon()), sizes(31415), sizes(9)));
  const metadata = new grpc.Metadata();
  metadata.set('x-grpc-test-echo-initial', 'test_initial_metadata_value');
  metadata.set('x-grpc-test-echo-trailing-bin', Buffer.from([0xab, 0xab, 0xab]));
  const echoed = await unary('UnaryCall', {response_size: 1}, metadata);
  say('custom_metadata', echoed.headers.get('x-grpc-test-echo-initial'),
    echoed.status.metadata.get('x-grpc-test-echo-trailing-bin').map(value => value.toString('hex')));
  const message = '\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n';
  const failed = await unary('UnaryCall', {response_status: {code: 2, message}});
  say('special_status_message', failed.status.code, failed.status.details === message);
  const detailed = new grpc.Metadata();
  detailed.set('x-test-details', '1');
  const lost = await unary('EmptyCall', {}, detailed);
  say('details', lost.status.code, lost.status.details,
    lost.status.metadata.get('grpc-status-details-bin').map(value => value.includes('LOST')));
  say('unimplemented_method', (await unary('UnimplementedCall', {})).status.code);
  const late = {response_parameters: [{size: 1, interval_us: 20000000}]};
  const sleeping = client.FullDuplexCall({deadline: Date.now() + 100});
  sleeping.write(late);
  say('timeout_on_sleeping_server', (await stream(sleeping)).code);
  const cancelled = client.FullDuplexCall(soon());
  cancelled.once('data', () => cancelled.cancel());
  cancelled.write(sizes(31415));
  say('cancel_after_first_response', (await stream(cancelled)).code);
  client.close();
})();
