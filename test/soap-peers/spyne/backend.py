"""A shop by spyne: its WSDL is spyne's own, and so is all that reads and writes. What comes is echoed or told back as text.

GET /?wsdl   the WSDL.
POST /       a call.
"""
import base64
import hashlib
import logging
import sys
import warnings
from wsgiref.simple_server import WSGIRequestHandler, make_server

warnings.simplefilter('ignore')

from spyne import (
    Application, Array, Boolean, ByteArray, ComplexModel, Date, DateTime, Decimal, Double, Duration, Enum, Fault,
    Integer64, Iterable, Service, Time, Unicode, UnsignedShort, Uuid, XmlAttribute, XmlData, rpc,
)
from spyne.protocol.soap import Soap11, Soap12
from spyne.server.wsgi import WsgiApplication

KINDS = 'urn:spyne:kinds'
PEOPLE = 'urn:spyne:people'

State = Enum('OPEN', 'IN_TRANSIT', 'DONE', type_name='State')
State.__namespace__ = KINDS


class Money(ComplexModel):
    __namespace__ = KINDS
    amount = XmlData(Decimal)
    currency = XmlAttribute(Unicode, use='required')


class Vehicle(ComplexModel):
    __namespace__ = KINDS
    plate = Unicode(min_occurs=1, nillable=False)


class Truck(Vehicle):
    __namespace__ = KINDS
    axles = Integer64(min_occurs=1, nillable=False)


class Bike(Vehicle):
    __namespace__ = KINDS
    bell = Boolean(min_occurs=1, nillable=False)


class Person(ComplexModel):
    __namespace__ = PEOPLE
    name = Unicode(min_occurs=1, nillable=False)
    nick = Unicode(min_occurs=1, nillable=True)
    born = Date
    phone = Unicode(xml_choice_group='reach')
    mail = Unicode(xml_choice_group='reach')


class Parcel(ComplexModel):
    __namespace__ = KINDS
    number = XmlAttribute(Integer64)
    key = Uuid
    state = State
    at = DateTime
    opens = Time
    takes = Duration
    weight = Double
    pieces = UnsignedShort
    price = Money
    paid = Boolean
    content = ByteArray
    sender = Person
    tags = Array(Unicode)
    notes = Unicode(max_occurs='unbounded', nillable=True, min_occurs=0)
    carrier = Vehicle
    inner = Array(Person)


class OutOfStock(Fault):
    __namespace__ = KINDS
    __type_name__ = 'OutOfStock'

    def __init__(self, sku):
        super().__init__('Client.OutOfStock', 'ORA-00942 %s' % sku, detail={'problem': {'sku': sku, 'secret': 'hunter2'}})


class Ticket(ComplexModel):
    __namespace__ = 'urn:spyne:shop:headers'  # spyne refers to a header's message as of this namespace, where it is not
    token = Unicode(min_occurs=1, nillable=False)
    hops = Integer64


class Shop(Service):
    @rpc(Parcel, _returns=Parcel)
    def echo(ctx, parcel):
        return parcel

    @rpc(Parcel, _returns=Unicode)
    def describe(ctx, parcel):
        """What was understood, as Python shows it."""
        return described(parcel)

    @rpc(Vehicle, _returns=Vehicle)
    def swap(ctx, vehicle):
        return Truck(plate=vehicle.plate, axles=2) if isinstance(vehicle, Bike) else Bike(plate=vehicle.plate, bell=True)

    @rpc(Integer64, _returns=Iterable(Person))
    def list_people(ctx, count):
        return (Person(name='漢字 %d' % number, mail='<%d>@example.org' % number) for number in range(count))

    @rpc(Integer64(max_occurs='unbounded'), _returns=Array(Person))
    def get_people(ctx, ids):
        return [Person(name=str(one)) for one in ids if one < 100]

    @rpc(Unicode, _returns=Unicode)
    def fail(ctx, how):
        if how == 'typed':
            raise OutOfStock('TENT-2')
        if how == 'client':
            raise Fault('Client', 'ORA-00942')
        raise RuntimeError('ORA-00942 hunter2')

    @rpc(Person, _returns=Person, _body_style='bare')
    def put_person(ctx, person):
        return person

    @rpc(Decimal, Decimal, _returns=[Decimal, Decimal], _out_variable_names=['total', 'rest'])
    def divide(ctx, one, other):
        return one // other, one % other


class Guarded(Service):
    __in_header__ = Ticket
    __out_header__ = Ticket

    @rpc(_returns=Unicode)
    def whoami(ctx):
        ticket = ctx.in_header
        ctx.out_header = Ticket(token='next', hops=(ticket.hops or 0) + 1 if ticket else 0)
        return ticket.token if ticket else 'nobody'


WSSE = '{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd}'
WSU = '{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd}'
DIGEST = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest'


class Locked(Service):
    @rpc(_returns=Unicode)
    def signed_in(ctx):
        """Whoever has the password, by its digest (Web Services Security, UsernameToken Profile 1.1.1, 3.1)."""
        for token in (token for block in ctx.in_header_doc or [] for token in block.iter(WSSE + 'UsernameToken')):
            password = token.find(WSSE + 'Password')
            nonce = base64.b64decode(token.findtext(WSSE + 'Nonce'))
            created = token.findtext(WSU + 'Created').encode()
            digest = base64.b64encode(hashlib.sha1(nonce + created + 'pass<wörd'.encode()).digest()).decode()
            if password.get('Type') == DIGEST and password.text == digest:
                return token.findtext(WSSE + 'Username')
        raise Fault('Client.FailedAuthentication', 'hunter2')


def described(value):
    if isinstance(value, ComplexModel):
        fields = [(name, getattr(value, name)) for name in sorted(value.get_flat_type_info(type(value)))]
        told = ', '.join('%s=%s' % (name, described(part)) for name, part in fields if part is not None)
        return '%s(%s)' % (type(value).__name__, told)
    if isinstance(value, (list, tuple)):
        return '[%s]' % ', '.join('None' if part is None else described(part) for part in value)
    if isinstance(value, str):
        return repr(str(value))
    return str(value)


class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass


logging.disable(logging.CRITICAL)
protocol = Soap12 if '--soap12' in sys.argv else Soap11
application = Application(
    [Shop, Guarded, Locked],
    tns='urn:spyne:shop',
    name='Shop',
    in_protocol=protocol(validator='lxml', polymorphic=True),
    out_protocol=protocol(polymorphic=True),
)
server = make_server('127.0.0.1', 0, WsgiApplication(application), handler_class=Quiet)
print('listening at http://127.0.0.1:%d' % server.server_port, flush=True)
server.serve_forever()
