import { describe, expect, it } from 'vitest';
import { planData, planText } from '../../src/plan/print.ts';
import { source, supergraph } from '../supergraph/harness.ts';
import { compiled } from './compiled.ts';

const nothing = () => null;

function blog() {
  const posts = source(
    'posts',
    `type Query { posts(limit: Int = 10, kind: Kind): [Post!]! any: [Any] } enum Kind { NEWS }
     type Mutation { write(title: String!): Post }
     type Post { id: ID! title: String! userId: ID tagIds: [ID!] parent: Post } type Note { id: ID! userId: ID } union Any = Post | Note`,
    { posts: nothing, any: nothing, write: nothing },
  );
  const users = source(
    'users',
    'type Query { users(ids: [ID!]!): [User] user(id: ID!): User tags(input: Keys): Tags } input Keys { ids: [ID!] } type Tags { rows: [Tag] } type Tag { id: ID! name: String } type User { id: ID! name: String! bossId: ID }',
    { users: nothing, user: nothing, tags: nothing },
  );
  const comments = source(
    'comments',
    'type Query { comments(posts: [ID!]!, since: Int): [Comment!] } type Comment { postId: ID! text: String }',
    { comments: nothing },
  );
  return supergraph(
    [posts, users, comments],
    `extend type Post {
       user: User @resolve(call: "users.users", batch: { key: "$parent.userId", into: "ids" })
       tags: [Tag] @resolve(call: "users.tags", batch: { key: "$parent.tagIds", into: "input.ids", max: 20 }, select: "rows")
       comments(since: Int): [Comment!]! @resolve(call: "comments.comments", args: { since: "$args.since" }, batch: { key: "$parent.id", into: "posts", match: "postId" })
     }
     extend type Note { user: User @resolve(call: "users.users", batch: { key: "$parent.userId", into: "ids" }) }
     extend type User { boss: User @resolve(call: "users.user", args: { id: "$parent.bossId" }, missing: ERROR) }
     extend type Query { me(id: ID!): User @resolve(call: "users.user", args: { id: "$args.id" }) }`,
  );
}

describe('a plan as text', () => {
  it('two root fields, of which one has variables', () => {
    const query = 'query ($n: Int) { posts(limit: $n) { t: title } news: posts(kind: NEWS) { id } }';
    expect(planText(compiled(blog(), query))).toBe(`plan lane: query, 2 steps, at most 2 calls

stage 0: at once
  step 0: posts.posts, one call
    fills: posts (Query.posts)
    arguments: with values of variables
  step 1: posts.posts, one call
    fills: news (Query.posts)
    arguments: {"limit":10,"kind":"NEWS"}
`);
  });

  it('nested links, with a batch and without', () => {
    const query = '{ posts { title user { name boss { name } } } }';
    expect(planText(compiled(blog(), query))).toBe(`plan lane: query, 3 steps, as many calls as the answers need

stage 0: at once
  step 0: posts.posts, one call
    fills: posts (Query.posts)
    arguments: {"limit":10}

stage 1: after step 0
  step 1: users.users, one call for up to 100 keys
    fills: posts.user (Post.user)
    keys: $parent.userId, sent as ids; answers matched by id

stage 2: after step 1
  step 2: users.user, one call for each parent
    fills: posts.user.boss (User.boss)
    arguments: {"id":"$parent.bossId"}
    missing: an error
`);
  });

  it('a list of keys, and several items to a key', () => {
    const query = 'query ($s: Int) { posts { tags { name } comments(since: $s) { text } } }';
    expect(planText(compiled(blog(), query))).toBe(`plan lane: query, 3 steps, as many calls as the answers need

stage 0: at once
  step 0: posts.posts, one call
    fills: posts (Query.posts)
    arguments: {"limit":10}

stage 1: after step 0
  step 1: users.tags, one call for up to 20 keys
    fills: posts.tags (Post.tags)
    keys: $parent.tagIds, sent as input.ids; answers matched by rows.id

stage 2: after step 0
  step 2: comments.comments, one call for up to 100 keys
    fills: posts.comments (Post.comments)
    keys: $parent.id, sent as posts; answers matched by postId
    arguments: {"since":"$args.since"}
    $args: with values of variables
`);
  });

  it('a link on the root type, with the calls that are known beforehand', () => {
    const query = '{ me(id: "7") { name boss { boss { name } } } }';
    expect(planText(compiled(blog(), query))).toBe(`plan lane: query, 3 steps, at most 3 calls

stage 0: at once
  step 0: users.user, one call for each parent, at most 1 call
    fills: me (Query.me)
    arguments: {"id":"$args.id"}
    $args: {"id":"7"}

stage 1: after step 0
  step 1: users.user, one call for each parent, at most 1 call
    fills: me.boss (User.boss)
    arguments: {"id":"$parent.bossId"}
    missing: an error

stage 2: after step 1
  step 2: users.user, one call for each parent, at most 1 call
    fills: me.boss.boss (User.boss)
    arguments: {"id":"$parent.bossId"}
    missing: an error
`);
  });

  it('the arguments of a link, which tell its places apart', () => {
    const query = '{ posts { a: comments { text } b: comments(since: 3) { text } } }';
    const lines = planText(compiled(blog(), query)).split('\n');
    expect(lines.filter(line => line.includes('$args: '))).toEqual(['    $args: {}', '    $args: {"since":3}']);
  });

  it('mutations, each with what follows from it before the next', () => {
    const query = 'mutation { a: write(title: "A") { user { name } } b: write(title: "B") { id } }';
    expect(planText(compiled(blog(), query))).toBe(`plan lane: mutation, 3 steps, at most 3 calls

stage 0: at once
  step 0: posts.write, one call
    fills: a (Mutation.write)
    arguments: {"title":"A"}

stage 1: after step 0
  step 1: users.users, one call for up to 100 keys, at most 1 call
    fills: a.user (Post.user)
    keys: $parent.userId, sent as ids; answers matched by id

stage 2: after steps 0, 1
  step 2: posts.write, one call
    fills: b (Mutation.write)
    arguments: {"title":"B"}
`);
  });

  it('links in the branches of an abstract type', () => {
    const query = '{ any { __typename ... on Post { user { name } } ... on Note { id user { name } } } }';
    expect(planText(compiled(blog(), query))).toBe(`plan lane: query, 3 steps, as many calls as the answers need

stage 0: at once
  step 0: posts.any, one call
    fills: any (Query.any)

stage 1: after step 0
  step 1: users.users, one call for up to 100 keys
    fills: any.user (Post.user)
    keys: $parent.userId, sent as ids; answers matched by id

stage 2: after step 0
  step 2: users.users, one call for up to 100 keys
    fills: any.user (Note.user)
    keys: $parent.userId, sent as ids; answers matched by id
`);
  });

  it('two places of one link on one level go out together', () => {
    const query = '{ a: posts { user { name } } b: posts(limit: 3) { author: user { bossId } } }';
    expect(planText(compiled(blog(), query))).toContain(`stage 1: after steps 0, 1
  step 2: users.users, one call for up to 100 keys
    fills: a.user (Post.user)
    keys: $parent.userId, sent as ids; answers matched by id
  step 3: users.users,`);
  });

  it('equal selections are filled by one step, of which the first place is told', () => {
    const query = `{ posts { a: parent { ...P } b: parent { ...P } c: parent { user { bossId } } user { name } } }
      fragment P on Post { parent { user { name } } }`;
    const fills = planText(compiled(blog(), query)).match(/fills: .*Post.user.*/g);
    expect(fills).toEqual([
      'fills: posts.a.parent.user (Post.user), and the same in equal selections elsewhere',
      'fills: posts.c.user (Post.user)',
      'fills: posts.user (Post.user)',
    ]);
  });

  it('what is not planned says why', () => {
    expect(planText(compiled(blog(), '{ __type(name: "Post") { name } posts { id } }'))).toBe(
      'reference lane: introspection: The operation asks __type.\n',
    );
  });
});

it('a plan as data is JSON', () => {
  const data = planData(compiled(blog(), '{ posts { user { name } } }'));
  expect(JSON.parse(JSON.stringify(data))).toEqual({
    lane: 'plan',
    operation: 'query',
    calls: null,
    stages: [
      { level: 0, steps: [0], after: [] },
      { level: 1, steps: [1], after: [0] },
    ],
    steps: [
      {
        id: 0,
        kind: 'root',
        source: 'posts',
        call: 'posts',
        fills: [{ path: 'posts', field: 'Query.posts' }],
        arguments: { limit: 10 },
        calls: 1,
      },
      {
        id: 1,
        kind: 'link',
        source: 'users',
        call: 'users',
        fills: [{ path: 'posts.user', field: 'Post.user' }],
        arguments: {},
        batch: { key: '$parent.userId', into: 'ids', match: 'id', max: 100 },
        missing: 'NULL',
        calls: null,
      },
    ],
  });
});
