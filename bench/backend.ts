import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadSync, type MethodDefinition } from '@grpc/proto-loader';
import { allInvoices, companies, invoices, posts, users } from './data.ts';
import type { Place } from './place.ts';
import type { DataSet } from './workload.ts';

interface Ports {
  readonly http: number;
  readonly grpc: number;
}

/** Debian's; `NGINX_MODULES` says where else it is. */
const echoModule = join(process.env['NGINX_MODULES'] ?? '/usr/lib/nginx/modules', 'ngx_http_echo_module.so');

/** What of nginx is missing, if anything. */
export function missingModule(): string | undefined {
  return existsSync(echoModule) ? undefined : 'libnginx-mod-http-echo';
}

/**
 * nginx with the answers of all protocols as files: it costs so little that it is never what is measured. What is no file: the comment is
 * sent back in its answer, and the slow backend waits. A POST to a file is 405 to nginx, which we answer with the file; a gRPC answer is a
 * file, too, with the status in a trailer. The configuration's path.
 */
export async function writeBackend(folder: string, { http, grpc }: Ports): Promise<string> {
  await mkdir(join(folder, 'soap'));
  await mkdir(join(folder, 'grpc', 'bench.people.People'), { recursive: true });
  await writeFile(join(folder, 'posts'), JSON.stringify(posts));
  await writeFile(join(folder, 'users'), JSON.stringify(users));
  await writeFile(join(folder, 'soap', 'GetCompanies'), soapAnswer('GetCompanies', 'company', companies));
  await writeFile(join(folder, 'soap', 'GetInvoices'), soapAnswer('GetInvoices', 'invoice', invoices));
  await writeFile(join(folder, 'soap', 'GetAllInvoices'), soapAnswer('GetAllInvoices', 'invoice', allInvoices));
  await writeFile(join(folder, 'grpc', 'bench.people.People', 'BatchGetUsers'), grpcAnswer());
  const slowUsers = users.map(user => {
    const text = JSON.stringify(user).replaceAll('"', '\\"');
    return `location = /slow/users/${user.id} { echo_sleep 0.005; echo -n "${text}"; }`;
  });
  const config = join(folder, 'nginx.conf');
  await writeFile(
    config,
    `load_module ${echoModule};
worker_processes 1; daemon off; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log crit;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 100000000; keepalive_timeout 600s; default_type application/json;
  client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder}; uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
  map $http_soapaction $soap_file { default GetCompanies; ~GetInvoices GetInvoices; ~GetAllInvoices GetAllInvoices; }
  server {
    listen 127.0.0.1:${http}; root ${folder};
    location = /status { stub_status; }
    location = /comments {
      echo_status 201; echo_read_request_body; echo -n "{\\"id\\":501,\\"userId\\":3,\\"sent\\":$request_body}";
    }
    location = /slow/posts { echo_sleep 0.005; echo_exec /posts; }
    ${slowUsers.join('\n    ')}
    location = /failing/posts { alias ${folder}/posts; }
    location = /failing/users { return 500 '{"message":"the database is away"}'; }
    location = /directory { default_type text/xml; error_page 405 =200 /soap/$soap_file; return 405; }
    location /soap/ { internal; default_type "text/xml; charset=utf-8"; }
  }
  server {
    listen 127.0.0.1:${grpc} http2; root ${folder}/grpc; default_type application/grpc; http2_max_concurrent_streams 4096;
    location / { error_page 405 =200 $uri; add_trailer grpc-status 0; }
  }
}
`,
  );
  return config;
}

/** Where a set of workloads finds its backends. */
export function backendsOf(set: DataSet, { http, grpc }: Ports): Pick<Place, 'rest' | 'grpc' | 'soap'> {
  const origin = `http://127.0.0.1:${http}`;
  const path = set === 'slow' || set === 'failing' ? `/${set}` : '';
  return { rest: `${origin}${path}`, grpc: `127.0.0.1:${grpc}`, soap: `${origin}/directory` };
}

/** Requests that the backends have been sent since they were started, this question among them. */
export async function countRequests({ http }: Ports): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${http}/status`)).text();
  return Number(/^\s*\d+ \d+ (\d+)/m.exec(text)?.[1]);
}

/** The envelope of an answer with some items. */
export function soapAnswer(operation: string, item: string, items: readonly object[]): string {
  const escaped = (value: unknown) => String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const written = items.map(each => {
    const fields = Object.entries(each).map(([name, value]) => `<t:${name}>${escaped(value)}</t:${name}>`);
    return `<t:${item}>${fields.join('')}</t:${item}>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><t:${operation}Response xmlns:t="urn:bench:directory">${written.join(
    '',
  )}</t:${operation}Response></soap:Body></soap:Envelope>`;
}

/** One message: not compressed, its length, its bytes. */
function grpcAnswer(): Buffer {
  const proto = fileURLToPath(new URL('documents/people.proto', import.meta.url));
  const service = loadSync(proto)['bench.people.People'] as Record<string, MethodDefinition<object, object>>; // our own file
  const message = service['BatchGetUsers']!.responseSerialize({ users });
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}
