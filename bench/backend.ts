import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { posts, users } from './workload.ts';

/** nginx with the backend's answers as files: it costs so little that it is never what is measured. The configuration's path. */
export async function writeBackend(folder: string, port: number): Promise<string> {
  await writeFile(join(folder, 'posts'), JSON.stringify(posts));
  await writeFile(join(folder, 'users'), JSON.stringify(users));
  const config = join(folder, 'nginx.conf');
  await writeFile(
    config,
    `worker_processes 1; daemon off; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log;
events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 100000000; default_type application/json;
  server { listen 127.0.0.1:${port}; root ${folder}; location = /status { stub_status; } }
}
`,
  );
  return config;
}

/** Requests that the backend has answered since it was started. */
export async function served(backend: string): Promise<number> {
  const text = await (await fetch(`${backend}/status`)).text();
  return Number(/^\s*\d+ \d+ (\d+)/m.exec(text)?.[1]) - 1;
}
