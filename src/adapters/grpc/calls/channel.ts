import type { ChannelCredentials, ChannelInterface, ChannelOptions, Client } from '@grpc/grpc-js';
import { knownHeaders } from '../../../adapter/own-headers.ts';
import { credentialHeaders } from '../../../source/credential.ts';
import type { Source, TlsOptions } from '../../../source/source.ts';
import { type ConfigurableCall, serviceConfigOf } from './service-config.ts';
import type { StartWatch } from './watched-subchannel.ts';

type GrpcJs = typeof import('@grpc/grpc-js');

/** A client with one channel to the source's endpoint; nothing is connected yet. grpc-js is loaded by the first of them. */
export async function openChannel(source: Source, endpoint: string): Promise<Client> {
  const grpc = await import('@grpc/grpc-js');
  const { target, credentials, options } = channelParts(grpc, source, endpoint, []);
  return new grpc.Client(target, credentials, options);
}

/** Opens channels of a source: each to a connection of its own, if it is not the first. */
export async function channelOpener(
  source: Source,
  endpoint: string,
  calls: readonly ConfigurableCall[],
): Promise<(isFirst: boolean) => ChannelInterface> {
  const grpc = await import('@grpc/grpc-js');
  const { target, credentials, options } = channelParts(grpc, source, endpoint, calls);
  const watching = source.options.serviceConfig?.healthCheckConfig ? await watchingOptions(source) : {};
  const ofFirst = { ...options, ...watching };
  return isFirst => new grpc.Channel(target, credentials, isFirst ? ofFirst : { ...ofFirst, ...ofFurther });
}

/** What lets grpc-js ask each address for its health, with the source's own metadata. */
async function watchingOptions({ options }: Source): Promise<ChannelOptions> {
  const { headers, credential, timeout: patience, serviceConfig } = options;
  const [{ registerHealthBalancer, startWatchOption }, { HealthWatch }, { metadataOf }] = await Promise.all([
    import('./health-balancer.ts'),
    import('./health.ts'),
    import('./metadata.ts'),
  ]);
  registerHealthBalancer();
  const metadata = metadataOf({ ...knownHeaders(headers), ...(credential ? credentialHeaders(credential) : {}) });
  const question = { service: serviceConfig?.healthCheckConfig?.serviceName ?? '', metadata, patience };
  const startWatch: StartWatch = (channel, told) => new HealthWatch(channel, question, told);
  return { [startWatchOption]: startWatch };
}

/** Milliseconds: what grpc-js waits for the answer to a PING where nothing is said. */
const longestSilence = 20_000;

/** A connection that is there for a rush alone is left a minute after it. */
const ofFurther = { 'grpc.use_local_subchannel_pool': 1, 'grpc.client_idle_timeout_ms': 60_000 };

function channelParts(grpc: GrpcJs, source: Source, endpoint: string, calls: readonly ConfigurableCall[]) {
  const { tls: written, maxResponse, compression, keepalive, serviceConfig, timeout } = source.options;
  const { target, secure } = targetOf(endpoint, written);
  const tls = typeof written === 'object' ? written : {};
  const options: ChannelOptions = {
    'grpc.max_receive_message_length': maxResponse,
    'grpc.max_send_message_length': -1,
    // What a backend's DNS or the gateway's environment says about proxies and retries is not the operator's word.
    'grpc.service_config_disable_resolution': 1,
    'grpc.enable_http_proxy': 0,
    'grpc.enable_channelz': 0, // what it counts of each call nobody asks for
    'grpc.initial_reconnect_backoff_ms': 200,
    'grpc.max_reconnect_backoff_ms': 5_000,
    ...(compression === undefined
      ? {}
      : { 'grpc.default_compression_algorithm': grpc.compressionAlgorithms[compression] }),
    // A PING that nobody answers for as long as a call may last was the last one.
    ...(keepalive === undefined
      ? {}
      : { 'grpc.keepalive_time_ms': keepalive, 'grpc.keepalive_timeout_ms': Math.min(timeout, longestSilence) }),
    ...(serviceConfig === undefined ? {} : { 'grpc.service_config': serviceConfigOf(serviceConfig, calls) }),
    ...(secure && tls.serverName !== undefined
      ? { 'grpc.ssl_target_name_override': tls.serverName, 'grpc.default_authority': tls.serverName }
      : {}),
  };
  return { target, options, credentials: secure ? tlsCredentials(grpc, tls) : grpc.credentials.createInsecure() };
}

/** `host:port`, `grpc(s)://host:port`, `http(s)://host:port`, or a gRPC target with a scheme of its own, such as `dns:///host:port`. */
export function targetOf(endpoint: string, tls: boolean | TlsOptions | undefined): { target: string; secure: boolean } {
  const match = /^(grpcs?|https?):\/\/([^/]+)\/?$/.exec(endpoint);
  const saysSecure = match?.[1] === 'grpcs' || match?.[1] === 'https';
  const secure = tls === undefined ? saysSecure : tls !== false;
  const target = match?.[2] ?? endpoint;
  const hasPort = match === null || /:\d+$/.test(target);
  return { target: hasPort ? target : `${target}:${secure ? 443 : 80}`, secure };
}

function tlsCredentials(grpc: GrpcJs, tls: TlsOptions): ChannelCredentials {
  return grpc.credentials.createSsl(pem(tls.ca), pem(tls.key), pem(tls.cert));
}

function pem(text: string | undefined): Buffer | null {
  return text === undefined ? null : Buffer.from(text);
}
