import type { Place } from '../place.ts';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const type = (required: readonly string[], properties: Readonly<Record<string, object>>) => ({
  type: 'object',
  required,
  properties,
});
const [integer, string] = [{ type: 'integer' }, { type: 'string' }];

const answer = (schema: object) => ({ description: 'ok', content: { 'application/json': { schema } } });
const ok = (schema: object) => ({ 200: answer(schema) });
const listOf = (name: string) => ok({ type: 'array', items: ref(name) });

const list = { get: { operationId: 'posts', responses: listOf('Post') } };
const bulk = {
  get: {
    operationId: 'users',
    parameters: [{ name: 'id', in: 'query', schema: { type: 'array', items: integer } }],
    responses: listOf('User'),
  },
};
const single = {
  get: {
    operationId: 'user',
    parameters: [{ name: 'id', in: 'path', required: true, schema: integer }],
    responses: ok(ref('User')),
  },
};
const comments = {
  post: {
    operationId: 'createComment',
    requestBody: { required: true, content: { 'application/json': { schema: ref('NewComment') } } },
    responses: { 201: answer(ref('Comment')) },
  },
};

const post = type(['id', 'userId', 'title'], { id: integer, userId: integer, title: string, body: string });
const user = type(['id'], { id: integer, name: string, email: string });
const newComment = type(['postId', 'userId', 'text'], { postId: integer, userId: integer, text: string });
const comment = type(['id', 'userId'], { id: integer, userId: integer, sent: ref('SentComment') });

/** One of the types that are only there; each is reached by an operation, and knows the next. */
const filler = (index: number, count: number) =>
  type(['id'], { id: integer, name: string, next: ref(`Thing${(index + 1) % count}`) });

/** The blog's OpenAPI document, with what a set of workloads needs of it. */
export function blogDocument({ set, fillers }: Pick<Place, 'set' | 'fillers'>): unknown {
  const things = Array.from({ length: set === 'wide' ? fillers : 0 }, (_, index) => index);
  return {
    openapi: '3.0.3',
    info: { title: 'blog', version: '1' },
    paths: {
      '/posts': list,
      ...(set === 'slow' && { '/users/{id}': single }),
      ...(set !== 'slow' && set !== 'chain' && { '/users': bulk }),
      ...(set === 'rest' && { '/comments': comments }),
      ...Object.fromEntries(
        things.map(index => [
          `/things${index}`,
          { get: { operationId: `things${index}`, responses: listOf(`Thing${index}`) } },
        ]),
      ),
    },
    components: {
      schemas: {
        Post: post,
        ...(set !== 'chain' && { User: user }),
        ...(set === 'rest' && { NewComment: newComment, SentComment: newComment, Comment: comment }),
        ...Object.fromEntries(things.map(index => [`Thing${index}`, filler(index, things.length)])),
      },
    },
  };
}
