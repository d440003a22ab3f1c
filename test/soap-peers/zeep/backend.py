"""Plays the backend of any WSDL by zeep, which has an XSD model and a codec of its own.

POST /load?wsdl=<path>    reads a WSDL: 500 where zeep cannot.
POST /answer              what to answer next, as JSON (below); null: nothing.
POST /soap?wsdl=<path>    an envelope: it is read strictly by zeep's types, and answered.
GET  /taken               what the envelopes since the last question held: a list of {operation, value} or {problem}.

Values are JSON: an object of elements by their local names and of attributes by theirs after an "@", where "$type" is the type's
{namespace}name and "$value" the text of simple content. Texts are lexical, as XML Schema writes them; booleans are JSON's own.
"""
import json
import sys
import traceback
import warnings
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from lxml import etree
from zeep import Client, Settings, xsd
from zeep.transports import Transport
from zeep.xsd.types.collection import ListType
from zeep.xsd.valueobjects import CompoundValue

sys.path.append(str(Path(__file__).parent.parent))
from recording import Recording, serve

warnings.simplefilter('ignore')


class Offline(Transport):
    def _load_remote_data(self, url):
        if urlsplit(url).scheme in ('http', 'https'):
            raise OSError('nothing is fetched')
        return super()._load_remote_data(url)


clients = {}


def client_of(path):
    if path not in clients:
        clients[path] = Client(path, transport=Offline(), settings=Settings(strict=True))
    return clients[path]


def find_operation(client, version, body, action):
    """By the element in the body, and among several by the action."""
    first = next((etree.QName(child) for child in body), None)
    found = []
    for service in client.wsdl.services.values():
        for port in service.ports.values():
            if getattr(port.binding, 'nsmap', {}).get('soap-env') != version:
                continue
            for operation in port.binding._operations.values():
                element = operation.input.body
                if element is None:
                    fits = first is None
                elif operation.input._is_body_wrapped and operation.style == 'document':
                    fits = True
                else:
                    # Where a binding does not say the namespace of an rpc wrapper, zeep takes none.
                    fits = first is not None and (element.qname == first or element.qname.text == first.localname)
                if fits:
                    found.append(operation)
    named = [operation for operation in found if (operation.soapaction or '') == action]
    if not (named or found):
        raise ValueError('no operation has the body %s' % first)
    return (named or found)[0]


def told(value, type_):
    """A value that zeep has read, as JSON; what is absent is left out."""
    if value is None or value is xsd.Nil:
        return None
    if isinstance(value, CompoundValue):
        return told_fields({name: value[name] for name in value}, value._xsd_type)
    if isinstance(value, dict):
        return told_fields(value, type_)
    if isinstance(value, list) and not isinstance(type_, ListType):
        return [told(item, type_) for item in value]
    if isinstance(value, etree._Element):
        return etree.tostring(value).decode()
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        return str(value)
    written = type_.xmlvalue(value)
    return written.decode() if isinstance(written, bytes) else written


def told_fields(values, type_):
    result = {} if type_ is None or type_.qname is None else {'$type': type_.qname.text}
    elements = dict(type_.elements)
    attributes = dict(type_.attributes)
    for name, value in values.items():
        if value is None or value == []:
            continue
        if name in attributes:
            result['@' + attributes[name].name] = told(value, attributes[name].type)
        elif name.startswith('_value') and isinstance(value, list):
            result.setdefault('$groups', []).extend(told(item, type_) for item in value)
        elif name.startswith('_value'):
            result['$value'] = told(value, elements[name].type if name in elements else None)
        else:
            result[elements[name].name] = told(value, elements[name].type)
    return result


def made(said, type_, client):
    """The value that zeep is to write."""
    if said is None:
        return xsd.Nil
    if isinstance(said, list):
        return [made(item, type_, client) for item in said]
    if not isinstance(said, dict):
        return said if isinstance(said, bool) else type_.pythonvalue(said)
    if '$type' in said:
        type_ = client.wsdl.types.get_type(said['$type'])
    attributes = {'@' + attribute.name: (name, attribute) for name, attribute in type_.attributes}
    elements = {'$value' if name.startswith('_value') else element.name: (name, element) for name, element in type_.elements}
    arguments = {}
    for key, part in said.items():
        if key != '$type':
            name, member = {**elements, **attributes}[key]
            arguments[name] = made(part, member.type, client)
    return type_(**arguments)


class Backend(Recording):
    def do_POST(self):
        address = urlsplit(self.path)
        content = self.body()
        try:
            if address.path == '/answer':
                Recording.answer = json.loads(content)
                return self.respond(200)
            [path] = parse_qs(address.query)['wsdl']
            client = client_of(path)
            if address.path == '/load':
                ports = sum(len(service.ports) for service in client.wsdl.services.values())
                return self.respond(200 if ports > 0 else 500)
            self.soap(client, content)
        except Exception as error:
            if '--trace' in sys.argv:
                traceback.print_exc()
            problem = '%s: %s' % (type(error).__name__, error)
            if address.path == '/soap':
                Recording.taken[-1:] = [{'problem': problem, **(Recording.taken[-1] if Recording.taken else {})}]
            self.respond(500, problem.encode(), 'text/plain')

    def soap(self, client, content):
        envelope = etree.fromstring(content)
        version = etree.QName(envelope).namespace
        body = envelope.find('{%s}Body' % version)
        operation = find_operation(client, version, body, self.headers.get('soapaction', '').strip('"'))
        element = operation.input.body
        value = operation.input._deserialize_body(body)['body'] if element is not None and len(body) > 0 else None
        taken = {'operation': operation.name, 'value': told(value, getattr(element, 'type', None))}
        Recording.taken.append(taken)
        output = operation.output
        if Recording.answer is None or output is None:
            return self.respond(202)
        reply = etree.Element('{%s}Envelope' % version, nsmap={'S': version})
        holder = reply if output._is_body_wrapped else etree.SubElement(reply, '{%s}Body' % version)
        if output.body is not None:
            output.body.render(holder, made(Recording.answer, output.body.type, client))
        self.respond(200, etree.tostring(reply, xml_declaration=True, encoding='utf-8'), 'text/xml; charset=utf-8')


serve(Backend)
