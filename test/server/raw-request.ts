import { connect } from 'node:net';

/** Sends bytes as they are and gives what comes back until the connection ends. */
export function rawRequest(port: number, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', chunk => {
      answer += chunk;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', error => (answer === '' ? reject(error) : resolve(answer)));
  });
}
