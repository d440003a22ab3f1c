/** What the backends hold. */
export const posts = Array.from({ length: 100 }, (_, index) => ({
  userId: (index % 10) + 1,
  id: index + 1,
  title: `sunt aut facere repellat provident occaecati ${index}`,
  body: 'quia et suscipit suscipit recusandae consequuntur expedita et cum reprehenderit molestiae ut ut quas totam nostrum rerum',
}));

export const users = Array.from({ length: 10 }, (_, index) => ({
  id: index + 1,
  name: `Leanne Graham ${index}`,
  username: 'Bret',
  email: `sincere${index}@april.biz`,
  companyId: Math.floor(index / 2) + 1,
}));

export const companies = Array.from({ length: 5 }, (_, index) => ({
  id: index + 1,
  name: `Romaguera & Crona ${index}`,
  city: 'Gwenborough',
}));

/** 100 invoices, about 18 kB of XML. */
export const invoices = Array.from({ length: 100 }, (_, index) => ({
  number: `INV-2009-${10_000 + index}`,
  product: `TENT-${index % 7}`,
  quantity: (index % 9) + 1,
  paid: index % 3 !== 0,
  note: `multi-layered client-server neural-net ${index}`,
}));

/** Twice as many. */
export const allInvoices = [...invoices, ...invoices];
