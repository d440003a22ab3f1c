import { describe, expect, it } from 'vitest';
import { camelName, fieldName, isLegalName, pascalName, uniqueNames } from '../../src/base/names.ts';

describe('names', () => {
  it.each([
    ['simple-user', 'SimpleUser'],
    ['io.k8s.api.core.v1.Pod', 'IoK8sApiCoreV1Pod'],
    ['HTTPError', 'HTTPError'],
    ['getPetById', 'GetPetById'],
    ['3d_model', '_3dModel'],
    ['__proto__', 'Proto'],
  ])('of a type: %s -> %s', (key, name) => expect(pascalName(key)).toBe(name));

  it.each([
    ['repos/list-for-user', 'reposListForUser'],
    ['GetInvoices', 'getInvoices'],
    ['get /users/{id}/posts', 'getUsersIdPosts'],
  ])('of an operation: %s -> %s', (key, name) => expect(camelName(key)).toBe(name));

  it.each([
    ['snake_case', 'snake_case'],
    ['+1', 'plus_1'],
    ['-1', 'minus_1'],
    ['x-rate-limit', 'x_rate_limit'],
    ['1st', '_1st'],
    ['__weird', '_weird'],
    ['StartTime<', 'StartTime_'],
  ])('of a field: %s -> %s', (key, name) => expect(fieldName(key)).toBe(name));

  it.each(['', '日本', '…', '*'])('are legal even where nothing of the key is: %j', key => {
    expect(isLegalName(pascalName(key))).toBe(true);
    expect(isLegalName(camelName(key))).toBe(true);
    expect(isLegalName(fieldName(key))).toBe(true);
  });

  it('tell colliding keys apart: the legal one keeps its name, the other gets a hash of its own', () => {
    const names = uniqueNames(['a-b', 'a_b', 'c'], fieldName);
    expect(names.get('a_b')).toBe('a_b');
    expect(names.get('a-b')).toMatch(/^a_b_[0-9a-f]{4}$/);
    expect(names.get('c')).toBe('c');
  });

  it('do not depend on the order of the keys', () => {
    const keys = ['a.b', 'a-b', 'a b', 'a_b', 'a__b'];
    const forwards = uniqueNames(keys, fieldName);
    const backwards = uniqueNames([...keys].reverse(), fieldName);
    expect(new Map([...forwards].sort())).toEqual(new Map([...backwards].sort()));
    expect(new Set(forwards.values()).size).toBe(keys.length);
  });

  it('keep away from reserved ones', () => {
    expect(uniqueNames(['Query'], pascalName, new Set(['Query'])).get('Query')).toMatch(/^Query_[0-9a-f]{4}$/);
  });
});
