"""Takes SOAP messages with attachments apart by Python's own `email` package, and puts answers together by it.

POST /answer   what to answer next, as JSON: {envelope, root: media type, parts: [{id, type, content: base64, encoding}]}
POST /soap     a message: it is told, and answered.
GET  /taken    what came since the last question: a list of {type, root: {type, id, content}, parts: [{id, type, content: base64}]}.
"""
import base64
import json
import sys
from email import policy
from email.encoders import encode_7or8bit, encode_base64, encode_quopri
from email.message import MIMEPart
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.parser import BytesParser
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent))
from recording import Recording, serve

ENCODERS = {'base64': encode_base64, 'quoted-printable': encode_quopri, '8bit': encode_7or8bit}


def related(said):
    whole = MIMEMultipart('related', type=said['root'], start='<the root>')
    root = MIMENonMultipart(*said['root'].split('/'), charset='utf-8')
    root.set_payload(base64.b64encode(said['envelope'].encode()).decode())
    root['Content-Transfer-Encoding'] = 'base64'
    root['Content-ID'] = '<the root>'
    whole.attach(root)
    for part in said['parts']:
        piece = MIMENonMultipart(*part['type'].split('/'))
        piece.set_payload(base64.b64decode(part['content']))
        ENCODERS[part['encoding']](piece)
        if 'id' in part:
            piece['Content-ID'] = '<%s>' % part['id']
        whole.attach(piece)
    head, body = whole.as_bytes(policy=policy.HTTP).split(b'\r\n\r\n', 1)
    kind = BytesParser(policy=policy.HTTP).parsebytes(head + b'\r\n\r\n')['content-type']
    return str(kind), body


def told(message):
    if not message.is_multipart():
        return {'type': message['content-type'], 'root': described(message, True), 'parts': []}
    start = message['content-type'].params.get('start')
    pieces = list(message.iter_parts())
    root = next((piece for piece in pieces if piece['content-id'] == start), pieces[0])
    return {
        'type': message['content-type'],
        'defects': [type(defect).__name__ for piece in message.walk() for defect in piece.defects],
        'root': described(root, True),
        'parts': [described(piece, False) for piece in pieces if piece is not root],
    }


def described(piece: MIMEPart, is_text):
    content = piece.get_payload(decode=True)
    text = content.decode(piece.get_content_charset('utf-8')) if is_text else base64.b64encode(content).decode()
    return {'id': piece['content-id'], 'type': piece['content-type'], 'content': text}


class Backend(Recording):
    def do_POST(self):
        content = self.body()
        if self.path == '/answer':
            Recording.answer = json.loads(content)
            return self.respond(200, b'{}')
        head = b'Content-Type: %s\r\n\r\n' % self.headers['content-type'].encode()
        Recording.taken.append(told(BytesParser(policy=policy.HTTP).parsebytes(head + content)))
        kind, body = related(Recording.answer)
        self.respond(200, body, kind)


serve(Backend)
