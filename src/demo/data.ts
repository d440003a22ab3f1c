/** What the four backends of the demo know: a small shop for camping gear. */

export const categories = [
  { id: 'c-1', name: 'Tents', parentId: null },
  { id: 'c-2', name: 'Kitchen', parentId: null },
  { id: 'c-3', name: 'Stoves', parentId: 'c-2' },
  { id: 'c-4', name: 'Small parts', parentId: null },
];

export const products = [
  product('p-1', 'TENT-2', 'Two-person tent', 'c-1', '249.00', 2150, 'in-sale', 'Double wall, 3 seasons.'),
  product('p-2', 'TENT-4', 'Family tent', 'c-1', '589.50', 7800, 'in-sale', 'Stands up in it, says the maker.'),
  product('p-3', 'STOVE-G', 'Gas stove', 'c-3', '64.90', 420, 'in-sale', null),
  product('p-4', 'POT-2L', 'Pot, two litres', 'c-2', '31.25', 510, 'in-sale', 'Anodised aluminium.'),
  product('p-5', 'PEG-9', 'Tent peg', 'c-4', '0.40', 9, 'in-sale', 'Sold by the peg.'),
  product('p-6', 'LAMP-S', 'Solar lamp', 'c-4', '22.00', 160, 'announced', null),
  product('p-7', 'STOVE-W', 'Wood stove', 'c-3', '119.00', 1900, 'discontinued', 'Needs dry wood.'),
];

function product(
  id: string,
  sku: string,
  name: string,
  categoryId: string,
  amount: string,
  weightGrams: number,
  status: string,
  description: string | null,
) {
  return { id, sku, name, description, categoryId, price: { amount, currency: 'EUR' }, weightGrams, status };
}

/** In the JSON form of `shop.stock.v1.StockLevel`: 64-bit integers are strings. There are more pegs than a double can count. */
export const stockLevels = [
  {
    sku: 'TENT-2',
    onHand: '14',
    reserved: '2',
    state: 'AVAILABLE',
    countedAt: '2026-11-02T06:30:00Z',
    perWarehouse: { HAM: '9', LYS: '5' },
  },
  {
    sku: 'TENT-4',
    onHand: '1',
    reserved: '1',
    state: 'SCARCE',
    countedAt: '2026-11-02T06:31:10.25Z',
    perWarehouse: { HAM: '1' },
    restockOn: '2026-12-01',
  },
  {
    sku: 'STOVE-G',
    onHand: '63',
    reserved: '0',
    state: 'AVAILABLE',
    countedAt: '2026-11-01T22:00:00Z',
    perWarehouse: { LYS: '63' },
  },
  {
    sku: 'POT-2L',
    onHand: '0',
    reserved: '0',
    state: 'SOLD_OUT',
    countedAt: '2026-11-01T22:00:04Z',
    perWarehouse: {},
    backorder: true,
  },
  {
    sku: 'PEG-9',
    onHand: '9007199254740993',
    reserved: '12',
    state: 'AVAILABLE',
    countedAt: '2026-10-30T05:00:00.123456789Z',
    perWarehouse: { HAM: '9007199254740993' },
  },
];

export const customers = [
  {
    custNo: 'K-1001',
    name: 'Alpine Club Bergen',
    taxNo: null,
    creditLimit: '5000.00',
    since: '2009-04-01',
    address: { street: 'Fjellveien 3', city: 'Bergen', country: 'NO' },
  },
  {
    custNo: 'K-1002',
    name: 'Dubois & Fils',
    taxNo: 'FR40303265045',
    creditLimit: '12500.50',
    since: '2011-09-15',
    address: { street: '8 rue du Lac', city: 'Annecy', country: 'FR' },
  },
  {
    custNo: 'K-1003',
    name: 'Jonas Weber',
    taxNo: null,
    creditLimit: '250.00',
    since: '2024-02-29',
    address: { street: 'Am Wall 12', city: 'Bremen', country: 'DE' },
  },
];

export const invoices = [
  {
    invNo: '2026-0007',
    custNo: 'K-1002',
    prodNo: 'TENT-2',
    quantity: 4,
    total: '996.00',
    currency: 'EUR',
    issuedAt: '2026-03-02T09:15:00+01:00',
    status: 'PAID',
    remark: null,
  },
  {
    invNo: '2026-0019',
    custNo: 'K-1001',
    prodNo: 'TENT-2',
    quantity: 1,
    total: '249.00',
    currency: 'EUR',
    issuedAt: '2026-05-11T16:40:00+02:00',
    status: 'OPEN',
    remark: 'Deliver to <side entrance> & ring',
  },
  {
    invNo: '2026-0020',
    custNo: 'K-1001',
    prodNo: 'STOVE-G',
    quantity: 2,
    total: '129.80',
    currency: 'EUR',
    issuedAt: '2026-05-11T16:41:00+02:00',
    status: 'PART-PAID',
    remark: null,
  },
  {
    invNo: '2026-0031',
    custNo: 'K-1003',
    prodNo: 'PEG-9',
    quantity: 40,
    total: '16.00',
    currency: 'EUR',
    issuedAt: '2026-08-30T08:00:00+02:00',
    status: 'PAID',
    remark: null,
  },
];

export const reviews = [
  {
    id: 'r-1',
    productId: 'p-1',
    customerNumber: 'K-1002',
    stars: 5,
    title: 'Dry after three nights',
    text: 'Rain all along. Nothing came in.',
    writtenAt: '2026-04-01T18:00:00Z',
  },
  {
    id: 'r-2',
    productId: 'p-1',
    customerNumber: 'K-1001',
    stars: 4,
    title: 'Good, a bit narrow',
    text: null,
    writtenAt: '2026-06-20T07:12:00Z',
  },
  {
    id: 'r-3',
    productId: 'p-3',
    customerNumber: 'K-1001',
    stars: 5,
    title: 'Boils fast',
    text: null,
    writtenAt: '2026-06-21T07:30:00Z',
  },
  {
    id: 'r-4',
    productId: 'p-4',
    customerNumber: 'K-1003',
    stars: 2,
    title: 'The lid rattles',
    text: 'It does.',
    writtenAt: '2026-09-09T10:00:00Z',
  },
  {
    id: 'r-5',
    productId: 'p-5',
    customerNumber: 'K-0666',
    stars: 1,
    title: 'Bent',
    text: null,
    writtenAt: '2026-09-10T10:00:00Z',
  },
];
