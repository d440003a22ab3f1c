"""A backend on loopback that keeps what it is told of, and says it on a GET as JSON: what came since the last question."""
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Recording(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    taken = []
    answer = None

    def log_message(self, *args):
        pass

    def respond(self, status, content=b'', kind='application/json'):
        self.send_response(status)
        self.send_header('content-type', kind)
        self.send_header('content-length', str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self):
        taken, Recording.taken = Recording.taken, []
        self.respond(200, json.dumps(taken).encode())

    def body(self):
        if self.headers['transfer-encoding'] is None:
            return self.rfile.read(int(self.headers['content-length'] or 0))
        content = b''
        while size := int(self.rfile.readline(), 16):
            content += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return content


def serve(backend):
    server = ThreadingHTTPServer(('127.0.0.1', 0), backend)
    print('listening at http://127.0.0.1:%d' % server.server_port, flush=True)
    server.serve_forever()
