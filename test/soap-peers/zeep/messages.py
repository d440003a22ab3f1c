"""What zeep makes of a message of ours. In: a question as JSON. Out: what zeep says, as JSON.

{"verify": envelope, "cert": path}                        does it hold the signature, by zeep.wsse?
{"related": base64, "type": content type}                 the root of an MTOM message, with what it includes in place
{"wsdl": path, "operation": name, "address": URL, "arguments": {}}   the header blocks of zeep's own message, by its WS-Addressing plugin
"""
import base64
import json
import sys
import warnings

from lxml import etree
from requests_toolbelt.multipart.decoder import MultipartDecoder
from zeep import Client
from zeep.exceptions import SignatureVerificationFailed
from zeep.wsa import WsAddressingPlugin
from zeep.wsdl.attachments import MessagePack
from zeep.wsdl.messages.xop import process_xop
from zeep.wsse.signature import verify_envelope

warnings.simplefilter('ignore')
asked = json.load(sys.stdin)
if 'verify' in asked:
    try:
        verify_envelope(etree.fromstring(asked['verify'].encode()), asked['cert'])
        said = True
    except SignatureVerificationFailed:
        said = False
elif 'related' in asked:
    decoder = MultipartDecoder(base64.b64decode(asked['related']), asked['type'])
    root = etree.fromstring(decoder.parts[0].content)
    process_xop(root, MessagePack(decoder.parts[1:]))
    said = etree.tostring(root).decode()
else:
    client = Client(asked['wsdl'], plugins=[WsAddressingPlugin(asked['address'])])
    envelope = client.create_message(client.service, asked['operation'], **asked['arguments'])
    header = envelope.find('{http://schemas.xmlsoap.org/soap/envelope/}Header')
    said = [[etree.QName(block).namespace, etree.QName(block).localname, block.text] for block in header]
json.dump(said, sys.stdout)
